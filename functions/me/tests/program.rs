//! The program as Lambda runs it: over the runtime API, configured by its environment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Program, RuntimeApi, Tables, body_of, http_api_event};
use serde_json::{Value, json};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_me"), include_str!("uses.json"));

#[tokio::test]
async fn it_answers_events_and_takes_the_cookies_array() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &tables.variables(PROGRAM));

    let without_token = runtime.invoke(http_api_event("GET", "/auth/me", &Value::Null)).await;
    assert_eq!(body_of(&without_token)["code"], "missing_token");
    let mut event = http_api_event("GET", "/auth/me", &Value::Null);
    event["cookies"] = json!(["theme=dark", "__Host-authToken=forged"]);
    assert_eq!(body_of(&runtime.invoke(event).await)["code"], "invalid_token");
    for odd in
        ["lang=fran\u{e7}ais", "lang=\u{fffd}", "\u{30af}\u{30c3}\u{30ad}\u{30fc}", "bell=\u{7}", "line=\r\nx: y"]
    {
        let mut event = http_api_event("GET", "/auth/me", &Value::Null);
        event["cookies"] = json!([odd, "__Host-authToken=forged"]);
        assert_eq!(body_of(&runtime.invoke(event).await)["code"], "invalid_token", "{odd:?}");
    }

    let discovery = runtime.invoke(http_api_event("GET", "/.well-known/openid-configuration", &Value::Null)).await;
    assert_eq!(body_of(&discovery)["jwks_uri"], "https://api.example.com/.well-known/jwks.json");
    let head = runtime.invoke(http_api_event("HEAD", "/.well-known/openid-configuration", &Value::Null)).await;
    assert_eq!((&head["statusCode"], head["body"].as_str().unwrap_or_default()), (&json!(200), ""));
    assert_eq!(head["headers"], discovery["headers"]);
    let head_of_a_user = runtime.invoke(http_api_event("HEAD", "/auth/me", &Value::Null)).await;
    assert_eq!((&head_of_a_user["statusCode"], &head_of_a_user["headers"]["allow"]), (&json!(405), &json!("GET")));
    let nothing = runtime.invoke(http_api_event("GET", "/elsewhere", &Value::Null)).await;
    assert_eq!(nothing["statusCode"], 404);
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
