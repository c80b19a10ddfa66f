//! What becomes of a request when DynamoDB fails, within the time that a function has.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Fault, Program, RuntimeApi, Tables, authorized_event, body_of, http_api_event, stack_over};
use serde_json::Value;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_me"), include_str!("uses.json"));

fn me(token: &str) -> Value {
    authorized_event(http_api_event("GET", "/auth/me", &Value::Null), token)
}

#[tokio::test]
async fn a_user_that_cannot_be_read_is_503_in_time_and_the_next_request_works() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (_person, token) = stack.api.somebody().await;
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for fault in Fault::of_a_read() {
        proxy.fail_call(("GetItem", "latchkey-users"), usize::MAX, fault.clone());
        runtime.expect_unavailable(me(&token), &fault).await;
        proxy.heal();
        assert_eq!(runtime.invoke_in_time(me(&token)).await["statusCode"], 200, "after {fault:?}");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_503_until_they_can() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (_person, token) = stack.api.somebody().await;
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    for fault in Fault::of_a_read() {
        proxy.fail_call(("GetItem", "latchkey-public-keys"), usize::MAX, fault.clone());
        let runtime = RuntimeApi::start().await;
        let _function = runtime.start_function(PROGRAM, &variables);
        runtime.expect_unavailable(me(&token), &fault).await;
        proxy.heal();
        assert_eq!(runtime.invoke_in_time(me(&token)).await["statusCode"], 200, "after {fault:?}");
    }
}

#[tokio::test]
async fn a_function_that_starts_without_dynamodb_recovers_by_itself() {
    let tables = Tables::start().await;
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    proxy.fail("GetItem", usize::MAX, Fault::Close);
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let keys = || http_api_event("GET", "/.well-known/jwks.json", &Value::Null);
    assert_eq!(body_of(&runtime.invoke_in_time(keys()).await)["code"], "unavailable");
    proxy.heal();
    assert_eq!(body_of(&runtime.invoke_in_time(keys()).await)["code"], "no_keys_yet");
}
