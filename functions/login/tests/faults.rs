//! What becomes of a request when DynamoDB fails, within the time that a function has.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Fault, Person, Program, RuntimeApi, Tables, body_of, http_api_event, requests_in};
use serde_json::json;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_login"), include_str!("uses.json"));

/// Lets a call of each log-in fail in every way, and looks at the answers: `during` the fault and after it.
async fn check(call: (&'static str, &'static str), faults: Vec<Fault>, password_is_right: bool, during: u16) {
    let tables = Tables::start().await;
    let owner = Person::new();
    tables.add_account(&owner).await;
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.extend([("LIMIT_PAIR", "1000/86400".to_owned()), ("ARGON2_PASSES", "3".to_owned())]);
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let login = |person: &Person| http_api_event("POST", "/auth/login", &person.login_body());
    let password = if password_is_right { owner.password.clone() } else { Person::new().password };
    let attempt = Person { password, ..owner.clone() };
    for fault in faults {
        proxy.fail_call(call, usize::MAX, fault.clone());
        let answer = runtime.invoke_in_time(login(&attempt)).await;
        let code = body_of(&answer)["code"].clone();
        assert_eq!(answer["statusCode"], during, "{fault:?} at {call:?}: {answer}");
        assert_eq!(during == 503, answer["headers"]["retry-after"] == "1" && code == "unavailable", "{answer}");
        proxy.heal();
        let healed = if password_is_right { 200 } else { 401 };
        assert_eq!(runtime.invoke_in_time(login(&attempt)).await["statusCode"], healed, "after {fault:?} at {call:?}");
        tables.remove_known_sources(&owner).await;
    }
    assert_eq!(runtime.invoke_in_time(login(&owner)).await["statusCode"], 200);
}

#[tokio::test]
async fn the_credential_cannot_be_read() {
    check(("GetItem", "latchkey-credentials"), Fault::of_a_read(), true, 503).await;
}

#[tokio::test]
async fn the_user_cannot_be_read() {
    check(("GetItem", "latchkey-users"), Fault::of_a_read(), true, 503).await;
}

#[tokio::test]
async fn the_failures_of_the_source_cannot_be_read() {
    check(("GetItem", "address#"), Fault::of_a_read(), true, 503).await;
}

#[tokio::test]
async fn the_attempt_cannot_be_counted_for_its_pair() {
    check(("UpdateItem", "pair#"), Fault::of_a_write(), true, 503).await;
}

#[tokio::test]
async fn the_attempt_cannot_be_counted_for_its_account() {
    check(("UpdateItem", "account#"), Fault::of_a_write(), true, 503).await;
}

#[tokio::test]
async fn the_failure_cannot_be_counted_for_its_source() {
    check(("UpdateItem", "address#"), Fault::of_a_write(), false, 503).await;
}

#[tokio::test]
async fn what_a_log_in_found_cannot_be_kept_and_its_owner_gets_in() {
    check(("UpdateItem", "latchkey-credentials"), Fault::of_a_write(), true, 200).await;
}

#[tokio::test]
async fn a_slow_answer_is_waited_for() {
    check(("GetItem", "latchkey-credentials"), vec![Fault::AnswerSlowly], true, 200).await;
    check(("UpdateItem", "account#"), vec![Fault::AnswerSlowly], true, 200).await;
}

#[tokio::test]
async fn a_function_that_starts_without_dynamodb_recovers_by_itself() {
    let tables = Tables::start().await;
    let person = Person::new();
    tables.add_account(&person).await;
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    proxy.fail("TransactGetItems", usize::MAX, Fault::NeverAnswer);
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let login = || http_api_event("POST", "/auth/login", &person.login_body());
    let answer = runtime.invoke_in_time(login()).await;
    assert_eq!((&answer["statusCode"], &body_of(&answer)["code"]), (&json!(503), &json!("unavailable")));
    proxy.heal();
    assert_eq!(runtime.invoke_in_time(login()).await["statusCode"], 200);
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    let traces: Vec<_> = requests_in(&log).iter().map(|line| line.get("source_digest").is_some()).collect();
    assert_eq!(traces, [false, true], "without the keys there is no digest");
}
