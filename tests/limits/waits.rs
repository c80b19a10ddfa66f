use std::time::Duration;

use api_tests::{Answer, ProxiedStack, TestClock};

use super::{DEFAULTS, guess_at, limited};

const FIRST: &[&str] = &["GetItem CREDENTIALS_TABLE", "UpdateItem ATTEMPTS_TABLE", "GetItem ATTEMPTS_TABLE"];
const FIRST_OF_A_SIGNUP: &[&str] = &["UpdateItem ATTEMPTS_TABLE", "GetItem ATTEMPTS_TABLE"];
const COUNT: &[&str] = &["UpdateItem ATTEMPTS_TABLE"];
/// Whether they may log in and what their token says. Argon2 runs meanwhile, so nobody waits for it.
const USER: &[&str] = &["GetItem USERS_TABLE"];
const KEEP: &[&str] = &["UpdateItem CREDENTIALS_TABLE"];

async fn stack() -> Option<(ProxiedStack, TestClock)> {
    let (stack, clock) = limited(&DEFAULTS)?;
    Some((stack.start_behind_proxy(None).await, clock))
}

/// Lets the calls of a request go round by round: those of one round are on their way at the same time, the next round
/// begins when they are answered, and nothing comes after the last.
async fn check(stack: &ProxiedStack, request: impl Future<Output = Answer>, status: u16, rounds: &[&[&str]]) {
    let held = stack.proxy.hold_all();
    let let_go = async {
        for round in rounds {
            held.reached(round.len()).await;
            let mut got: Vec<_> = stack.proxy.take_calls().iter().map(|call| stack.name_of(call)).collect();
            let mut expected = round.to_vec();
            got.sort_unstable();
            expected.sort_unstable();
            assert_eq!(got, expected);
            held.release();
        }
        stack.proxy.heal();
    };
    let (answer, ()) = tokio::join!(request, let_go);
    let _ = answer.expect(status);
    assert!(stack.proxy.take_calls().is_empty());
}

#[tokio::test]
async fn login_waits_once_from_a_known_source_and_more_often_from_another() {
    let Some((stack, clock)) = stack().await else { return };
    let (owner, _token) = stack.api.somebody().await;
    let _ = stack.proxy.take_calls();
    check(&stack, stack.api.login(&owner), 200, &[FIRST, USER]).await;
    check(&stack, guess_at(&stack.api, &owner), 401, &[FIRST, USER, COUNT]).await;

    let elsewhere = stack.from(2);
    check(&stack, guess_at(&elsewhere, &owner), 401, &[FIRST, COUNT, USER, COUNT]).await;
    check(&stack, elsewhere.login(&owner), 200, &[FIRST, COUNT, USER, KEEP]).await;
    check(&stack, elsewhere.login(&owner), 200, &[FIRST, USER]).await;

    clock.advance(Duration::from_millis(5 * 60 * 1000 + 1));
    let beside_the_keys = [FIRST, &["TransactGetItems"]].concat();
    check(&stack, stack.api.login(&owner), 200, &[&beside_the_keys, USER]).await;
}

#[tokio::test]
async fn a_refused_login_waits_once() {
    let Some((stack, _clock)) = stack().await else { return };
    let (owner, _token) = stack.api.somebody().await;
    for _ in 0..10 {
        let _ = stack.api.login(&owner).await.expect(200);
    }
    let _ = stack.proxy.take_calls();
    check(&stack, stack.api.login(&owner), 429, &[FIRST]).await;
}

#[tokio::test]
async fn signup_waits_twice_and_twice_more_if_it_fails_and_me_waits_once() {
    let Some((stack, _clock)) = stack().await else { return };
    let (_owner, token) = stack.api.somebody().await;
    let _first_use_of_the_keys = stack.api.me(&token).await.expect(200);
    let _ = stack.proxy.take_calls();
    let person = api_tests::Person::new();
    let create: &[&str] = &["TransactWriteItems"];
    check(&stack, stack.api.signup(&person), 201, &[FIRST_OF_A_SIGNUP, create]).await;
    check(&stack, stack.api.signup(&person), 409, &[FIRST_OF_A_SIGNUP, create, COUNT, COUNT]).await;
    let weak = api_tests::Person { password: "password".to_owned(), ..api_tests::Person::new() };
    check(&stack, stack.api.signup(&weak), 422, &[FIRST_OF_A_SIGNUP, COUNT, COUNT]).await;
    check(&stack, stack.api.me(&token), 200, &[&["GetItem USERS_TABLE"]]).await;
}

#[tokio::test]
async fn where_too_many_have_failed_a_login_waits_once_known_or_not() {
    let Some((stack, _clock)) = limited(&[("LIMIT_PAIR", ""), ("LIMIT_ACCOUNT", ""), ("LIMIT_ADDRESS", "1/900")])
    else {
        return;
    };
    let stack = stack.start_behind_proxy(None).await;
    let (owner, _token) = stack.api.somebody().await;
    let _ = guess_at(&stack.api, &api_tests::Person::new()).await.expect(401);
    let _ = stack.proxy.take_calls();
    check(&stack, guess_at(&stack.api, &api_tests::Person::new()), 429, &[FIRST]).await;
    check(&stack, stack.api.login(&owner), 200, &[FIRST, USER]).await;
}
