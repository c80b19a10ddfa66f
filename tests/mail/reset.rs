//! `POST /auth/password/forgot` and `/reset`.

use std::time::Duration;

use api_tests::{
    Answer, Api, Delivery, Fault, Mailbox, OwnStack, Person, Recorded, Session, TestClock, other_digits, own_stack,
};
use serde_json::json;

async fn forgot(api: &Api, email: &str) -> Answer {
    api.send(api.post("/auth/password/forgot").json(&json!({"email": email}))).await
}

async fn reset(api: &Api, email: &str, code: &str, password: &str) -> Answer {
    let body = json!({"email": email, "code": code, "password": password});
    api.send(api.post("/auth/password/reset").json(&body)).await
}

async fn start(clock: &TestClock) -> Option<(OwnStack, Delivery)> {
    let stack = own_stack()?.variable("EMAIL_VERIFICATION", "on").clock(clock.clock()).start().await;
    let delivery = Delivery::beside(&stack, clock.clock());
    Some((stack, delivery))
}

fn anew(person: &Person) -> Person {
    Person { password: Person::new().password, ..person.clone() }
}

#[tokio::test]
async fn the_code_of_a_mail_sets_a_new_password_and_ends_everything_that_was_there() {
    for by_link in [false, true] {
        let clock = TestClock::standing_still();
        let Some((stack, mails)) = start(&clock).await else { return };
        let api = &stack.api;
        let (person, token) = api.somebody().await;
        let session = Session::log_in(api, &person).await;
        let answer = forgot(api, &person.email).await.expect(202);
        assert_eq!(answer.text, "");
        let code = if by_link {
            mails.link_secret("reset", &person.email).await
        } else {
            mails.digits("reset", &person.email).await
        };
        let anew = anew(&person);
        let _ = reset(&stack.from(9), &person.email, &code, &anew.password).await.expect(204);
        let _ = api.login(&person).await.expect_problem(401, "invalid_credentials");
        let _ = api.me(&token).await.expect_problem(401, "invalid_token");
        let _ = api.me(&session.access).await.expect_problem(401, "invalid_token");
        let _ = session.refresh(api).await.expect_problem(401, "invalid_refresh_token");
        clock.advance(Duration::from_secs(1));
        let token = api.login(&anew).await.expect(200).token();
        assert_eq!(api.me(&token).await.expect(200).json()["email_verified"], true);
        let _ = reset(api, &person.email, &code, &person.password).await.expect_problem(401, "invalid_code");
        assert!(mails.kinds_to(&person.email).await.contains(&"password_changed"));
    }
}

#[tokio::test]
async fn nothing_is_sent_where_there_is_no_account_and_the_steps_are_the_same() {
    let clock = TestClock::standing_still();
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "off").clock(clock.clock()).start_behind_proxy(None).await;
    let mails = Delivery::past_proxy(&stack, clock.clock());
    let (person, _token) = stack.api.somebody().await;
    let nobody = Person::new();
    // The keys are read once.
    let _ = forgot(&stack.api, &Person::new().email).await.expect(202);
    let mut steps = Vec::new();
    for email in [&person.email, &nobody.email] {
        let _before = stack.proxy.take_calls();
        let answer = forgot(&stack.api, email).await.expect(202);
        let wrong = reset(&stack.from(7), email, "00000000", &Person::new().password).await;
        let wrong = wrong.expect_problem(401, "invalid_code");
        let calls: Vec<_> = stack.proxy.take_calls().iter().map(Recorded::shape).collect();
        steps.push((calls, answer.text, wrong.text));
    }
    assert_eq!(steps[0], steps[1]);
    assert_eq!(mails.kinds_to(&person.email).await, ["reset"]);
    assert_eq!(mails.kinds_to(&nobody.email).await, Vec::<&str>::new());
}

#[tokio::test]
async fn every_mail_has_the_one_live_code_and_a_second_within_ten_minutes_is_not_sent() {
    // Nine minutes into a window of ten.
    let clock = TestClock::standing_still();
    let window = 600_000;
    let clock = TestClock::standing_still_at(clock.clock().now().as_millis() / window * window + 540_000);
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "off").variable("LIMIT_MAIL", "5/3600").clock(clock.clock());
    let stack = stack.start().await;
    let mails = Delivery::beside(&stack, clock.clock());
    let (person, _token) = stack.api.somebody().await;
    for _ in 0..3 {
        let _ = forgot(&stack.api, &person.email).await.expect(202);
    }
    let first = mails.digits("reset", &person.email).await;
    assert_eq!(mails.kinds_to(&person.email).await, ["reset"]);
    clock.advance(Duration::from_mins(2));
    let _ = forgot(&stack.api, &person.email).await.expect(202);
    assert_eq!(
        (mails.kinds_to(&person.email).await.len(), mails.digits("reset", &person.email).await),
        (2, first.clone())
    );
    // Less than 20 minutes are left of the first: the next mail has a code of its own.
    clock.advance(Duration::from_mins(10));
    let _ = forgot(&stack.api, &person.email).await.expect(202);
    let last = mails.digits("reset", &person.email).await;
    assert_ne!(last, first);
    let _ = reset(&stack.api, &person.email, &first, &Person::new().password).await.expect_problem(401, "invalid_code");
    let _ = reset(&stack.api, &person.email, &last, &Person::new().password).await.expect(204);
}

#[tokio::test]
async fn a_code_expires_after_half_an_hour() {
    let clock = TestClock::standing_still();
    let Some((stack, mails)) = start(&clock).await else { return };
    let (person, _token) = stack.api.somebody().await;
    let _ = forgot(&stack.api, &person.email).await.expect(202);
    let code = mails.digits("reset", &person.email).await;
    clock.advance(Duration::from_mins(30));
    let _ = reset(&stack.api, &person.email, &code, &Person::new().password).await.expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn one_code_of_fifty_racing_uses_works_once() {
    let Some((stack, mails)) = start(&TestClock::standing_still()).await else { return };
    let (person, _token) = stack.api.somebody().await;
    let _ = forgot(&stack.api, &person.email).await.expect(202);
    let code = mails.digits("reset", &person.email).await;
    let others: Vec<_> = (0..50).map(|_| anew(&person)).collect();
    let uses = others.iter().map(|anew| reset(&stack.api, &person.email, &code, &anew.password));
    let answers = futures_util::future::join_all(uses).await;
    let winners: Vec<_> =
        others.iter().zip(&answers).filter(|(_anew, answer)| answer.status == 204).map(|(anew, _)| anew).collect();
    assert_eq!(winners.len(), 1, "{answers:?}");
    let _ = stack.api.login(winners[0]).await.expect(200);
}

/// The rule that a reset is bound to the address alone: whoever knows the password must not keep its owner out by it.
#[tokio::test]
async fn a_change_of_password_does_not_take_the_code_away() {
    let Some((stack, mails)) = start(&TestClock::standing_still()).await else { return };
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let _ = forgot(api, &person.email).await.expect(202);
    let code = mails.digits("reset", &person.email).await;
    let squatters = anew(&person);
    let change = json!({"password": person.password, "newPassword": squatters.password});
    let _ = api.send(api.post("/auth/password/change").bearer_auth(&token).json(&change)).await.expect(204);
    let owners = anew(&person);
    let _ = reset(api, &person.email, &code, &owners.password).await.expect(204);
    let _ = api.login(&squatters).await.expect(401);
    let _ = api.login(&owners).await.expect(200);
}

#[tokio::test]
async fn wrong_codes_are_few_and_weak_passwords_cost_none() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("LIMIT_CODE_PAIR", "5/900").variable("EMAIL_VERIFICATION", "off").start().await;
    let mails = Delivery::beside(&stack, shared::clock::Clock::system());
    let (person, _token) = stack.api.somebody().await;
    let _ = forgot(&stack.api, &person.email).await.expect(202);
    let code = mails.digits("reset", &person.email).await;
    for _ in 0..6 {
        let weak = reset(&stack.api, &person.email, &code, "password1").await.expect(422);
        assert_eq!(weak.wrong_fields(), [("password".to_owned(), "too_weak".to_owned())]);
    }
    let wrong = other_digits(&code);
    let guesses = (0..20).map(|_| reset(&stack.api, &person.email, &wrong, &person.password));
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 401).count(), 5);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 15);
}

/// Weak passwords from a known source, which count for no address, give no guesses back to others.
#[tokio::test]
async fn a_weak_password_at_a_known_source_gives_nobody_a_guess_back() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("LIMIT_CODE_ACCOUNT", "3/3600").variable("EMAIL_VERIFICATION", "on").start().await;
    let mails = Delivery::beside(&stack, shared::clock::Clock::system());
    let person = Person::new();
    let _ = stack.from(1).signup(&person).await.expect(201);
    let _ = forgot(&stack.from(1), &person.email).await.expect(202);
    let wrong = other_digits(&mails.digits("reset", &person.email).await);
    for from in 20..23 {
        let _ = reset(&stack.from(from), &person.email, &wrong, &person.password).await.expect(401);
    }
    for _ in 0..3 {
        let _ = reset(&stack.from(1), &person.email, &wrong, "password1").await.expect(422);
    }
    let _ = reset(&stack.from(23), &person.email, &wrong, &person.password).await.expect(429);
}

/// The owner's way in (design of limits): guesses of others, of codes and of passwords, stop neither the code at a known source
/// nor the link anywhere.
#[tokio::test]
async fn an_attack_that_goes_on_does_not_keep_the_owner_out() {
    let Some(stack) = own_stack() else { return };
    let limits = [("LIMIT_CODE_ACCOUNT", "50/3600"), ("LIMIT_ACCOUNT", "100/3600"), ("LIMIT_PAIR", "10/900")];
    let stack = limits.into_iter().fold(stack, |stack, (name, value)| stack.variable(name, value));
    let stack = stack.variable("EMAIL_VERIFICATION", "on").start().await;
    let mails = Delivery::beside(&stack, shared::clock::Clock::system());
    let person = Person::new();
    let _ = stack.from(1).signup(&person).await.expect(201);
    let _ = forgot(&stack.from(2), &person.email).await.expect(202);
    let (digits, secret) =
        (mails.digits("reset", &person.email).await, mails.link_secret("reset", &person.email).await);
    let attack = async |from: u8| {
        let attacker = stack.from(from);
        let wrong = anew(&person);
        for _ in 0..4 {
            let _ = attacker.login(&wrong).await;
            let _ = reset(&attacker, &person.email, &other_digits(&digits), &wrong.password).await;
        }
    };
    futures_util::future::join_all((20..60).map(attack)).await;
    // From a new place, both are refused by now.
    let _ = stack.from(2).login(&person).await.expect_problem(429, "too_many_attempts");
    let owners = anew(&person);
    let _ = reset(&stack.from(2), &person.email, &digits, &owners.password).await.expect(429);
    let _ = reset(&stack.from(2), &person.email, &secret, &owners.password).await.expect(204);
    // The source is known from now on, and the attack goes on.
    futures_util::future::join_all((60..70).map(attack)).await;
    let _ = stack.from(2).login(&owners).await.expect(200);
}

#[tokio::test]
async fn a_known_source_gets_in_with_the_digits_while_the_attack_goes_on() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("LIMIT_CODE_ACCOUNT", "10/3600").variable("EMAIL_VERIFICATION", "on").start().await;
    let mails = Delivery::beside(&stack, shared::clock::Clock::system());
    let person = Person::new();
    let _ = stack.from(1).signup(&person).await.expect(201);
    let _ = forgot(&stack.from(1), &person.email).await.expect(202);
    let digits = mails.digits("reset", &person.email).await;
    for from in 20..40 {
        let _ = reset(&stack.from(from), &person.email, &other_digits(&digits), &person.password).await;
    }
    let _ = reset(&stack.from(2), &person.email, &digits, &person.password).await.expect(429);
    let _ = reset(&stack.from(1), &person.email, &digits, &anew(&person).password).await.expect(204);
}

#[tokio::test]
async fn a_lost_answer_of_the_store_resets_once() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "off").start_behind_proxy(None).await;
    let mails = Delivery::past_proxy(&stack, shared::clock::Clock::system());
    let (person, _token) = stack.api.somebody().await;
    let _ = forgot(&stack.api, &person.email).await.expect(202);
    let (code, owners) = (mails.digits("reset", &person.email).await, anew(&person));
    stack.proxy.fail("TransactWriteItems", 1, Fault::LoseAnswer);
    let _ = reset(&stack.api, &person.email, &code, &owners.password).await.expect(204);
    let _ = stack.api.login(&owners).await.expect(200);
    assert_eq!(mails.kinds_to(&person.email).await, ["reset", "password_changed"]);
    stack.proxy.fail("PutItem", usize::MAX, Fault::Refuse("InternalServerError"));
    let _ = forgot(&stack.api, &Person::new().email).await.expect_problem(503, "unavailable");
}

#[tokio::test]
async fn no_code_is_in_a_table() {
    let Some((stack, mails)) = start(&TestClock::standing_still()).await else { return };
    let (person, _token) = stack.api.somebody().await;
    let _ = forgot(&stack.api, &person.email).await.expect(202);
    let (digits, secret) =
        (mails.digits("reset", &person.email).await, mails.link_secret("reset", &person.email).await);
    for spec in shared::store::schema::TABLES {
        let items = format!("{:?}", stack.items(spec.variable).await);
        assert!(!items.contains(&digits) && !items.contains(&secret), "{}", spec.suffix);
    }
    assert_eq!(Mailbox::of(&stack).all().await, []);
}
