//! What the program uses of its surroundings, seen from the outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{RuntimeApi, Tables, assert_uses, http_api_event, own_stack, proxied_event};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_me");
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const TABLES: [&str; 2] = ["USERS_TABLE", "PUBLIC_KEYS_TABLE"];

#[tokio::test]
async fn it_calls_and_reads_what_is_written_down() {
    let tables = Tables::start().await;
    let Some(stack) = own_stack() else { return };
    let stack = stack.over(&tables).variable("ISSUER", "https://api.example.com").start().await;
    let (_person, token) = stack.api.somebody().await;

    let (proxy, mut variables) = tables.behind_proxy(&TABLES).await;
    variables.push(("AWS_LAMBDA_LOG_LEVEL", "DEBUG".to_owned()));
    // Which header names the caller is asked for only with a secret.
    variables.push(("ORIGIN_SECRET", SECRET.to_owned()));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    for (method, path, body, status) in [
        ("GET", "/auth/me", Value::Null, 200),
        ("GET", "/api:group/auth/me", Value::Null, 200),
        ("GET", "/.well-known/jwks.json", Value::Null, 200),
        ("GET", "/.well-known/openid-configuration", Value::Null, 200),
        ("POST", "/auth/logout", json!({}), 204),
        ("POST", "/auth/logout", json!({"everywhere": true}), 204),
    ] {
        let mut event = proxied_event(http_api_event(method, path, &body), SECRET);
        event["headers"]["authorization"] = format!("Bearer {token}").into();
        let answer = runtime.invoke(event).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
    }
    let log = function.stop().await.stdout;
    assert_uses(include_str!("uses.json"), &proxy.take_calls(), &log);
}
