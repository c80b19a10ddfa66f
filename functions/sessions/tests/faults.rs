//! What becomes of a log-out when DynamoDB fails, within the time that a function has.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Fault, OwnStack, Program, RuntimeApi, Tables, body_of, http_api_event, own_stack};
use serde_json::{Value, json};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_sessions"), include_str!("uses.json"));

fn everywhere(token: &str) -> Value {
    let mut event = http_api_event("POST", "/auth/logout", &json!({"everywhere": true}));
    event["headers"]["authorization"] = format!("Bearer {token}").into();
    event
}

async fn expect_unavailable(runtime: &RuntimeApi, event: Value, fault: &Fault) {
    let answer = runtime.invoke_in_time(event).await;
    let got = (&answer["statusCode"], &answer["headers"]["retry-after"], &body_of(&answer)["code"]);
    assert_eq!(got, (&json!(503), &json!("1"), &json!("unavailable")), "{fault:?}");
}

/// A stack beside the program under test, to sign up at.
async fn stack_over(tables: &Tables) -> Option<OwnStack> {
    Some(own_stack()?.over(tables).variable("ISSUER", "https://api.example.com").start().await)
}

/// Whether `/auth/me` still accepts the token.
async fn in_force(stack: &OwnStack, token: &str) -> bool {
    stack.api.me(token).await.status == 200
}

#[tokio::test]
async fn a_user_that_cannot_be_read_is_503_in_time_and_stays_logged_in() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (_person, token) = stack.api.somebody().await;
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for fault in Fault::of_a_read() {
        proxy.fail_call(("GetItem", "latchkey-users"), usize::MAX, fault.clone());
        expect_unavailable(&runtime, everywhere(&token), &fault).await;
        proxy.heal();
        assert!(in_force(&stack, &token).await, "after {fault:?}");
    }
    assert_eq!(runtime.invoke_in_time(everywhere(&token)).await["statusCode"], 204);
    assert!(!in_force(&stack, &token).await);
}

#[tokio::test]
async fn tokens_that_cannot_be_ended_are_503_and_end_at_the_next_try() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for fault in Fault::of_a_write() {
        let (person, token) = stack.api.somebody().await;
        proxy.fail("UpdateItem", usize::MAX, fault.clone());
        expect_unavailable(&runtime, everywhere(&token), &fault).await;
        proxy.heal();
        assert_eq!(in_force(&stack, &token).await, !fault.is_done_all_the_same(), "after {fault:?}");
        let token = stack.api.login(&person).await.expect(200).token();
        assert_eq!(runtime.invoke_in_time(everywhere(&token)).await["statusCode"], 204, "after {fault:?}");
        assert!(!in_force(&stack, &token).await, "after {fault:?}");
    }
}
