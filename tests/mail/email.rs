//! `POST /auth/email/verify`, `/auth/email/change` and what belongs to them.

use std::time::Duration;

use api_tests::{Answer, Api, Delivery, OwnStack, Person, Session, TestClock, other_digits, own_stack};
use serde_json::{Value, json};

async fn post(api: &Api, path: &str, token: &str, body: &Value) -> Answer {
    api.send(api.post(path).bearer_auth(token).json(body)).await
}

async fn verify(api: &Api, token: &str, code: &str) -> Answer {
    post(api, "/auth/email/verify", token, &json!({"code": code})).await
}

async fn change(api: &Api, token: &str, email: &str, password: &str) -> Answer {
    post(api, "/auth/email/change", token, &json!({"email": email, "password": password})).await
}

async fn confirm(api: &Api, token: &str, code: &str) -> Answer {
    post(api, "/auth/email/change/confirm", token, &json!({"code": code})).await
}

async fn start(clock: &TestClock) -> Option<(OwnStack, Delivery)> {
    let stack = own_stack()?.variable("EMAIL_VERIFICATION", "on").clock(clock.clock()).start().await;
    let delivery = Delivery::beside(&stack, clock.clock());
    Some((stack, delivery))
}

/// Somebody with a session and an address that they have proved.
async fn proved(api: &Api, mails: &Delivery) -> (Person, Session) {
    let person = Person::new();
    let session = Session::sign_up(api, &person).await;
    let code = mails.digits("verify", &person.email).await;
    let _ = verify(api, &session.access, &code).await.expect(204);
    (person, session)
}

#[tokio::test]
async fn the_code_of_the_mail_proves_the_address_once() {
    let Some((stack, mails)) = start(&TestClock::standing_still()).await else { return };
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    assert_eq!(api.me(&token).await.expect(200).json()["email_verified"], false);
    let code = mails.digits("verify", &person.email).await;
    let _ = verify(api, &token, &other_digits(&code)).await.expect_problem(401, "invalid_code");
    // A second mail has the same code.
    let _ = post(api, "/auth/email/verify/send", &token, &json!({})).await.expect(202);
    assert_eq!(mails.digits("verify", &person.email).await, code);
    let _ = verify(api, &token, &code).await.expect(204);
    assert_eq!(api.me(&token).await.expect(200).json()["email_verified"], true);
    let _ = verify(api, &token, &code).await.expect_problem(409, "already_verified");
    let _ = post(api, "/auth/email/verify/send", &token, &json!({})).await.expect_problem(409, "already_verified");
}

#[tokio::test]
async fn nobody_proves_an_address_for_somebody_else() {
    let Some((stack, mails)) = start(&TestClock::standing_still()).await else { return };
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let (_other, others) = api.somebody().await;
    let code = mails.digits("verify", &person.email).await;
    let _ = verify(api, &others, &code).await.expect_problem(401, "invalid_code");
    let without = api.post("/auth/email/verify").json(&json!({"code": code}));
    let _ = api.send(without).await.expect_problem(401, "missing_token");
    assert_eq!(api.me(&token).await.expect(200).json()["email_verified"], false);
}

#[tokio::test]
async fn five_mails_an_hour_go_to_an_address() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.variable("EMAIL_VERIFICATION", "on").variable("LIMIT_MAIL", "5/3600").clock(clock.clock());
    let stack = stack.start().await;
    let (_person, token) = stack.api.somebody().await;
    for _ in 0..5 {
        let _ = post(&stack.api, "/auth/email/verify/send", &token, &json!({})).await.expect(202);
    }
    let sixth = post(&stack.api, "/auth/email/verify/send", &token, &json!({})).await;
    let _ = sixth.expect_problem(429, "too_many_attempts");
}

#[tokio::test]
async fn the_code_at_the_new_address_moves_the_account_there() {
    let Some((stack, mails)) = start(&TestClock::standing_still()).await else { return };
    let api = &stack.api;
    let (person, session) = proved(api, &mails).await;
    let token = api.login(&person).await.expect(200).token();
    let moved = Person { email: Person::new().email, ..person.clone() };
    let _ =
        change(api, &session.access, &moved.email, "not-the-password").await.expect_problem(401, "invalid_credentials");
    let _ = change(api, &session.access, &person.email, &person.password).await.expect_problem(409, "same_address");
    let _ = change(api, &session.access, &moved.email, &person.password).await.expect(202);
    let code = mails.digits("change", &moved.email).await;
    let _ = confirm(api, &session.access, &other_digits(&code)).await.expect_problem(401, "invalid_code");
    let _ = confirm(api, &session.access, &code).await.expect(204);
    let me = api.me(&session.access).await.expect(200).json();
    assert_eq!((&me["email"], &me["email_verified"]), (&json!(moved.email), &json!(true)));
    // The caller's session stays, and everything else has ended.
    let _ = session.refreshed(api).await;
    let _ = api.me(&token).await.expect_problem(401, "invalid_token");
    let _ = api.login(&person).await.expect_problem(401, "invalid_credentials");
    let _ = api.login(&moved).await.expect(200);
    let told = mails.kinds_to(&person.email).await;
    assert!(told.contains(&"change_asked") && told.contains(&"email_changed"), "{told:?}");
    let _ = confirm(api, &session.access, &code).await.expect_problem(401, "invalid_code");
    // The old address is free again.
    let newcomer = Person { email: person.email.clone(), ..Person::new() };
    let _ = api.signup(&newcomer).await.expect(201);
}

#[tokio::test]
async fn nobody_learns_that_the_new_address_has_an_account_but_its_owner() {
    let Some((stack, mails)) = start(&TestClock::standing_still()).await else { return };
    let api = &stack.api;
    let (person, session) = proved(api, &mails).await;
    let (owner, _token) = api.somebody().await;
    let free = Person::new();
    let taken = change(api, &session.access, &owner.email, &person.password).await.expect(202);
    assert!(mails.kinds_to(&owner.email).await.contains(&"address_taken"));
    let answer = change(api, &session.access, &free.email, &person.password).await.expect(202);
    assert_eq!(taken.text, answer.text);
    // Whoever signs up first has it.
    let code = mails.digits("change", &free.email).await;
    let _ = api.signup(&free).await.expect(201);
    let _ = confirm(api, &session.access, &code).await.expect_problem(409, "email_taken");
}

#[tokio::test]
async fn a_change_that_waits_ends_with_a_reset_and_with_its_hour() {
    let clock = TestClock::standing_still();
    let Some((stack, mails)) = start(&clock).await else { return };
    let api = &stack.api;
    let (person, session) = proved(api, &mails).await;
    let wanted = Person::new().email;
    let _ = change(api, &session.access, &wanted, &person.password).await.expect(202);
    let code = mails.digits("change", &wanted).await;
    clock.advance(Duration::from_hours(1));
    let session = session.refreshed(api).await;
    let _ = confirm(api, &session.access, &code).await.expect_problem(401, "invalid_code");

    let _ = change(api, &session.access, &wanted, &person.password).await.expect(202);
    let code = mails.digits("change", &wanted).await;
    let _ = api.send(api.post("/auth/password/forgot").json(&json!({"email": person.email}))).await.expect(202);
    let reset = mails.digits("reset", &person.email).await;
    let reset = json!({"email": person.email, "code": reset, "password": person.password});
    let _ = api.send(api.post("/auth/password/reset").json(&reset)).await.expect(204);
    clock.advance(Duration::from_secs(1));
    let session = Session::log_in(api, &person).await;
    let _ = confirm(api, &session.access, &code).await.expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn a_changed_password_and_a_deletion_are_told_to_a_proved_address() {
    let Some((stack, mails)) = start(&TestClock::standing_still()).await else { return };
    let api = &stack.api;
    let (person, session) = proved(api, &mails).await;
    let new = Person { password: Person::new().password, ..person.clone() };
    let body = json!({"password": person.password, "newPassword": new.password});
    let _ = post(api, "/auth/password/change", &session.access, &body).await.expect(204);
    let body = json!({"password": new.password});
    let _ = post(api, "/auth/account/delete", &session.access, &body).await.expect(204);
    let told = mails.kinds_to(&person.email).await;
    assert!(told.contains(&"password_changed") && told.contains(&"deleted"), "{told:?}");

    let (unproved, token) = api.somebody().await;
    let body = json!({"password": unproved.password});
    let _ = post(api, "/auth/account/delete", &token, &body).await.expect(204);
    assert!(!mails.kinds_to(&unproved.email).await.contains(&"deleted"));
}
