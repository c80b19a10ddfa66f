//! `POST /auth/signup` and `/auth/signup/confirm` where no account exists before its code came back.

use std::time::Duration;

use api_tests::{Mailbox, OwnStack, Person, Session, TestClock, Waiting, claims_of, other_digits, own_stack};
use serde_json::json;

async fn start() -> Option<(OwnStack, Mailbox)> {
    let stack = own_stack()?.variable("EMAIL_VERIFICATION", "required").start().await;
    let mailbox = Mailbox::of(&stack);
    Some((stack, mailbox))
}

#[tokio::test]
async fn an_account_exists_once_its_code_came_back_and_its_address_is_verified() {
    let Some((stack, mailbox)) = start().await else { return };
    let api = &stack.api;
    let person = Person::new();
    let begun = api.signup(&person).await.expect(202);
    let waiting = Waiting::of(&begun);
    assert_eq!(begun.json(), json!({"signupId": waiting.id, "expiresIn": 86400}));
    assert_eq!(begun.header("set-cookie"), None);
    let asked = mailbox.all().await;
    assert_eq!((asked.len(), asked[0].kind.as_str(), &asked[0].email), (1, "signup", &person.email));
    assert_eq!(asked[0].reference.as_ref(), Some(&waiting.pending()));
    for table in ["USERS_TABLE", "CREDENTIALS_TABLE"] {
        assert!(stack.items(table).await.is_empty(), "{table}");
    }
    let _ = api.login(&person).await.expect_problem(401, "invalid_credentials");

    let digits = mailbox.digits(&waiting.pending()).await;
    let token = waiting.confirm(api, &digits).await.expect(201).token();
    let me = api.me(&token).await.expect(200).json();
    assert_eq!(
        (&me["name"], &me["email"], &me["email_verified"]),
        (&json!(person.name), &json!(person.email), &json!(true))
    );
    assert_eq!(claims_of(&token)["amr"], json!(["pwd"]));
    let _ = api.login(&person).await.expect(200);
    assert!(stack.items("PENDING_TABLE").await.is_empty());
    let _ = waiting.confirm(api, &digits).await.expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn a_confirmation_begins_a_session_or_sets_cookies_as_a_sign_up_does() {
    let Some((stack, mailbox)) = start().await else { return };
    let api = &stack.api;
    let waiting = Waiting::begin(api, &Person::new()).await;
    let mut body = waiting.body(&mailbox.digits(&waiting.pending()).await);
    body["refresh"] = true.into();
    let session = Session::of(&api.send(api.post("/auth/signup/confirm").json(&body)).await.expect(201));
    let _ = api.me(&session.refreshed(api).await.access).await.expect(200);

    let waiting = Waiting::begin(api, &Person::new()).await;
    let body = waiting.body(&mailbox.digits(&waiting.pending()).await);
    let request = api.post("/auth/signup/confirm").header("x-token-transport", "cookie").json(&body);
    let answer = api.send(request).await.expect(201);
    assert!(answer.json().get("authToken").is_none() && answer.header("set-cookie").is_some(), "{answer:?}");
}

#[tokio::test]
async fn the_code_of_the_link_is_good_too_and_digits_may_be_grouped() {
    let Some((stack, mailbox)) = start().await else { return };
    let api = &stack.api;
    let waiting = Waiting::begin(api, &Person::new()).await;
    let link = mailbox.code(&waiting.pending()).await.link().to_owned();
    let _ = waiting.confirm(api, &link).await.expect(201);
    let waiting = Waiting::begin(api, &Person::new()).await;
    let digits = mailbox.digits(&waiting.pending()).await;
    let grouped = format!("{} {}", digits.split_at(4).0, digits.split_at(4).1);
    let _ = waiting.confirm(api, &grouped).await.expect(201);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_code_the_response_is_the_same() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.variable("EMAIL_VERIFICATION", "required").clock(clock.clock()).start().await;
    let (api, mailbox) = (&stack.api, Mailbox::of(&stack));
    let (waiting, used) = (Waiting::begin(api, &Person::new()).await, Waiting::begin(api, &Person::new()).await);
    let not_sent_yet = waiting.confirm(api, "12345678").await.expect_problem(401, "invalid_code");
    let digits = mailbox.digits(&waiting.pending()).await;
    let used_digits = mailbox.digits(&used.pending()).await;
    let _ = used.confirm(api, &used_digits).await.expect(201);
    let unknown = Waiting { id: "q83vEjRWeJC83vASNFZ4kA".to_owned() };
    let mut others = vec![
        waiting.confirm(api, &other_digits(&digits)).await,
        used.confirm(api, &used_digits).await,
        unknown.confirm(api, &digits).await,
    ];
    clock.advance(Duration::from_hours(24));
    others.push(waiting.confirm(api, &digits).await);
    for other in others {
        assert_eq!(other.expect(401).text, not_sent_yet.text);
    }
}

/// Whoever signs up with the address of somebody else gets no account by their code, whichever of both is first.
#[tokio::test]
async fn a_code_confirms_the_sign_up_that_it_was_mailed_for_and_no_other() {
    let Some((stack, mailbox)) = start().await else { return };
    let api = &stack.api;
    let victim = Person::new();
    let squatter = Person { email: victim.email.to_uppercase(), ..Person::new() };
    let first = Waiting::begin(api, &squatter).await;
    let waiting = Waiting::begin(api, &victim).await;
    let digits = mailbox.digits(&waiting.pending()).await;
    let of_squatted = mailbox.digits(&first.pending()).await;
    let _ = first.confirm(api, &digits).await.expect_problem(401, "invalid_code");
    let _ = waiting.confirm(api, &digits).await.expect(201);
    let _ = api.login(&squatter).await.expect_problem(401, "invalid_credentials");
    // Only whoever reads the mailbox gets here.
    let _ = first.confirm(api, &of_squatted).await.expect_problem(409, "email_taken");
    let _ = api.login(&victim).await.expect(200);
}

#[tokio::test]
async fn wrong_fields_are_named_and_nothing_waits() {
    let Some((stack, _mailbox)) = start().await else { return };
    let api = &stack.api;
    let weak = Person { password: "password".to_owned(), ..Person::new() };
    let answer = api.signup(&weak).await.expect_problem(422, "validation_failed");
    assert_eq!(answer.wrong_fields(), [("password".to_owned(), "too_weak".to_owned())]);
    assert!(stack.items("PENDING_TABLE").await.is_empty() && stack.items("OUTBOX_TABLE").await.is_empty());
    let body = json!({"signupId": 1, "code": "1234567", "refresh": "yes"});
    let answer = api.send(api.post("/auth/signup/confirm").json(&body)).await.expect_problem(422, "validation_failed");
    let expected = [("signupId", "wrong_type"), ("code", "invalid_code"), ("refresh", "wrong_type")];
    assert_eq!(answer.wrong_fields(), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
}

#[tokio::test]
async fn xanos_clients_are_told_where_to_sign_up() {
    let Some((stack, mailbox)) = start().await else { return };
    let api = &stack.api;
    let person = Person::new();
    let signup = || api.post("/api:aB3/auth/signup").json(&person.signup_body());
    let denied = ("ERROR_CODE_ACCESS_DENIED", "Sign up through /auth/signup");
    let _ = api.send(signup()).await.expect_xano_error(403, denied.0, denied.1, None);
    assert_eq!(mailbox.all().await, []);
    let _ = mailbox.sign_up(api, &person).await;
    let _ = api.send(api.post("/api:aB3/auth/login").json(&person.login_body())).await.expect(200);
}
