//! The program as Lambda runs it: over the runtime API, configured by its environment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Program, RuntimeApi, Tables, body_of, http_api_event};
use serde_json::json;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_sessions"), include_str!("uses.json"));

#[tokio::test]
async fn it_drops_the_cookie_and_takes_the_cookies_array() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &tables.variables(PROGRAM));

    let mut event = http_api_event("POST", "/auth/logout", &json!({}));
    event["headers"]["X-Token-Transport"] = "cookie".into();
    let answer = runtime.invoke(event).await;
    assert_eq!(answer["statusCode"], 204);
    assert!(answer["cookies"][0].as_str().unwrap().starts_with("__Host-authToken=;"), "{answer}");

    let mut event = http_api_event("POST", "/auth/logout", &json!({"everywhere": true}));
    event["headers"]["X-Token-Transport"] = "cookie".into();
    event["cookies"] = json!(["theme=dark", "__Host-authToken=forged"]);
    assert_eq!(body_of(&runtime.invoke(event).await)["code"], "invalid_token");
    let preflight = runtime.invoke(http_api_event("OPTIONS", "/auth/logout", &json!({}))).await;
    assert_eq!((&preflight["statusCode"], &preflight["headers"]["allow"]), (&json!(204), &json!("POST")));
}

#[tokio::test]
async fn a_bad_variable_stops_the_start_with_its_name_and_an_example() {
    let runtime = RuntimeApi::start().await;
    let bad = [
        ("USERS_TABLE", "", "latchkey-users"),
        ("PUBLIC_KEYS_TABLE", "", "latchkey-public-keys"),
        ("ALLOWED_ORIGINS", "app.example.com", "https://app.example.com"),
    ];
    let _log = runtime.assert_refuses(PROGRAM, &bad).await;
}
