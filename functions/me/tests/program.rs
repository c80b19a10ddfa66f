//! The program as Lambda runs it: over the runtime API, configured by its environment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{RuntimeApi, Tables, body_of, http_api_event};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_me");
const TABLES: [&str; 2] = ["USERS_TABLE", "PUBLIC_KEYS_TABLE"];

#[tokio::test]
async fn it_answers_events_and_takes_the_cookies_array() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &tables.variables(&TABLES));

    let without_token = runtime.invoke(http_api_event("GET", "/auth/me", &Value::Null)).await;
    assert_eq!(body_of(&without_token)["code"], "missing_token");
    let mut event = http_api_event("GET", "/auth/me", &Value::Null);
    event["cookies"] = json!(["theme=dark", "__Host-authToken=forged"]);
    assert_eq!(body_of(&runtime.invoke(event).await)["code"], "invalid_token");

    let mut event = http_api_event("POST", "/auth/logout", &json!({}));
    event["headers"]["X-Token-Transport"] = "cookie".into();
    let answer = runtime.invoke(event).await;
    assert_eq!(answer["statusCode"], 204);
    assert!(answer["cookies"][0].as_str().unwrap().starts_with("__Host-authToken=;"), "{answer}");

    let discovery = runtime.invoke(http_api_event("GET", "/.well-known/openid-configuration", &Value::Null)).await;
    assert_eq!(body_of(&discovery)["jwks_uri"], "https://api.example.com/.well-known/jwks.json");
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
    let _log = runtime.assert_refuses(PROGRAM, &TABLES, &bad).await;
}
