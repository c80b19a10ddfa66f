//! The program as Lambda runs it: over the runtime API, configured by its environment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{
    Fault, Person, Program, RuntimeApi, Session, Tables, body_of, claims_of, http_api_event, is_clean, stack_over,
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

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

/// Ends a session that two parties used, once with this fault, and checks that it is counted.
async fn assert_reuse_is_counted(fault: Option<Fault>) {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let stolen = Session::sign_up(&stack.api, &Person::new()).await;
    let newest = stolen.refreshed(&stack.api).await.refreshed(&stack.api).await;
    let sid = claims_of(&newest.access)["sid"].as_str().unwrap().to_owned();
    // The program's clock is the system's: what it compares with is put back by two minutes.
    let update = tables.client().update_item().table_name("latchkey-users");
    let update = update.key("id", AttributeValue::S(claims_of(&newest.access)["sub"].as_str().unwrap().to_owned()));
    let update = update.update_expression("SET sessions.#sid.rotated_at = sessions.#sid.rotated_at - :time");
    let update = update.expression_attribute_names("#sid", sid);
    update.expression_attribute_values(":time", AttributeValue::N("120000".to_owned())).send().await.unwrap();

    let runtime = RuntimeApi::start().await;
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let function = runtime.start_function(PROGRAM, &variables);
    if let Some(fault) = fault {
        proxy.fail_call(("UpdateItem", "REMOVE"), 1, fault);
    }
    for session in [&stolen, &newest] {
        let event = http_api_event("POST", "/auth/refresh", &json!({"refreshToken": session.refresh}));
        let answer = runtime.invoke(event).await;
        assert_eq!(body_of(&answer)["code"], "invalid_refresh_token");
    }
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    assert!(is_clean(&log), "{log}");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let counted: Vec<_> = lines.iter().filter(|line| line["reused_refresh_tokens"] == 1).collect();
    assert_eq!(counted.len(), 1, "{log}");
    assert_eq!(counted[0]["user_id"], claims_of(&newest.access)["sub"]);
}

#[tokio::test]
async fn a_session_that_two_parties_used_ends_and_is_counted() {
    assert_reuse_is_counted(None).await;
}

#[tokio::test]
async fn a_session_that_two_parties_used_is_counted_if_dynamodbs_response_is_lost() {
    assert_reuse_is_counted(Some(Fault::LoseAnswer)).await;
}

#[tokio::test]
async fn a_bad_variable_stops_the_start_with_its_name_and_an_example() {
    let runtime = RuntimeApi::start().await;
    let bad = [
        ("USERS_TABLE", "", "latchkey-users"),
        ("PUBLIC_KEYS_TABLE", "", "latchkey-public-keys"),
        ("DIGEST_KEYS_TABLE", "", "latchkey-digest-keys"),
        ("SIGNING_KEYS_TABLE", "", "latchkey-signing-keys"),
        ("ACCESS_SECONDS", "59", "at least 60 and at most 86400"),
        ("SESSION_SECONDS", "86399", "at least 86400"),
        ("SESSION_IDLE_SECONDS", "forever", "a whole number of seconds"),
        ("ALLOWED_ORIGINS", "app.example.com", "https://app.example.com"),
    ];
    let _log = runtime.assert_refuses(PROGRAM, &bad).await;
}
