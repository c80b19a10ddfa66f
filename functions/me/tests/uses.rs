//! What the program uses of its surroundings, seen from the outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Program, RuntimeApi, Tables, authorized_event, http_api_event, proxied_event, stack_over};
use serde_json::Value;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_me"), include_str!("uses.json"));
const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn it_calls_and_reads_what_is_written_down() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (_person, token) = stack.api.somebody().await;

    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.push(("AWS_LAMBDA_LOG_LEVEL", "DEBUG".to_owned()));
    // Which header names the caller is asked for only with a secret.
    variables.push(("ORIGIN_SECRET", SECRET.to_owned()));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    for (method, path) in [
        ("GET", "/auth/me"),
        ("GET", "/auth/sessions"),
        ("GET", "/api:group/auth/me"),
        ("GET", "/.well-known/jwks.json"),
        ("HEAD", "/.well-known/jwks.json"),
        ("GET", "/.well-known/openid-configuration"),
    ] {
        let event = authorized_event(proxied_event(http_api_event(method, path, &Value::Null), SECRET), &token);
        let answer = runtime.invoke(event).await;
        assert_eq!(answer["statusCode"], 200, "{answer}");
    }
    let log = function.stop().await.stdout;
    PROGRAM.assert_uses::<me::Me>(&proxy.take_calls(), &log);
}
