//! What becomes of a request when DynamoDB fails, within the time that a function has.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Fault, RuntimeApi, Tables, body_of, http_api_event, own_stack};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_me");

#[tokio::test]
async fn each_fault_is_503_in_time_and_the_next_request_works() {
    let Some(stack) = own_stack() else { return };
    let tables = Tables::start().await;
    let stack = stack.over(&tables).variable("ISSUER", "https://api.example.com").start().await;
    let (_person, token) = stack.api.somebody().await;
    let (proxy, variables) = tables.behind_proxy(&["USERS_TABLE", "PUBLIC_KEYS_TABLE"]).await;
    let mut runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);

    let me = || {
        let mut event = http_api_event("GET", "/auth/me", &Value::Null);
        event["headers"]["authorization"] = format!("Bearer {token}").into();
        event
    };
    let everywhere = || {
        let mut event = http_api_event("POST", "/auth/logout", &json!({"everywhere": true}));
        event["headers"]["authorization"] = format!("Bearer {token}").into();
        event
    };
    for fault in Fault::of_a_read() {
        for (operation, event) in [("GetItem", me()), ("UpdateItem", everywhere())] {
            // What DynamoDB did although nobody heard of it would end the token.
            if operation == "UpdateItem" && matches!(fault, Fault::CutAnswer) {
                continue;
            }
            proxy.fail(operation, usize::MAX, fault.clone());
            let answer = runtime.invoke_in_time(event).await;
            let got = (&answer["statusCode"], &answer["headers"]["retry-after"], &body_of(&answer)["code"]);
            assert_eq!(got, (&json!(503), &json!("1"), &json!("unavailable")), "{fault:?} at {operation}");
            proxy.heal();
            assert_eq!(runtime.invoke_in_time(me()).await["statusCode"], 200, "after {fault:?} at {operation}");
        }
    }
}

#[tokio::test]
async fn a_function_that_starts_without_dynamodb_recovers_by_itself() {
    let tables = Tables::start().await;
    let (proxy, variables) = tables.behind_proxy(&["USERS_TABLE", "PUBLIC_KEYS_TABLE"]).await;
    proxy.fail("GetItem", usize::MAX, Fault::Close);
    let mut runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let keys = || http_api_event("GET", "/.well-known/jwks.json", &Value::Null);
    assert_eq!(body_of(&runtime.invoke_in_time(keys()).await)["code"], "unavailable");
    proxy.heal();
    assert_eq!(body_of(&runtime.invoke_in_time(keys()).await)["code"], "no_keys_yet");
}
