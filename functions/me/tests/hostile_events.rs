//! Events that a client can cause, or that are none of API Gateway's: each is answered, and the next one too.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Program, RuntimeApi, Tables, body_of, http_api_event};
use serde_json::{Value, json};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_me"), include_str!("uses.json"));

/// Payload format 1.0, which no function takes.
fn event_of_a_rest_api() -> Value {
    json!({
        "resource": "/auth/me", "path": "/auth/me", "httpMethod": "GET", "headers": {}, "multiValueHeaders": {},
        "queryStringParameters": null, "multiValueQueryStringParameters": null,
        "requestContext": {"stage": "prod", "requestId": "request-2", "httpMethod": "GET", "identity": {}},
        "body": null, "isBase64Encoded": false,
    })
}

#[tokio::test]
async fn what_no_request_can_be_made_of_is_400() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &tables.variables(PROGRAM));
    let http_api = || http_api_event("GET", "/auth/me", &Value::Null);
    let changed = |mut event: Value, pointer: &str, value: Value| {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[member] = value;
        event
    };
    let mut events = Vec::new();
    for host in ["a b", "a<b", "[::1", "a:b:c", "host:99999", "%", "\u{7f}"] {
        events.push(changed(http_api(), "/headers/host", host.into()));
    }
    for query in ["a b", "a=\"", "a=<", "a=>", "\u{1}"] {
        events.push(changed(http_api(), "/rawQueryString", query.into()));
    }
    for base64 in ["%", "e30", "e30==", "not base64"] {
        let encoded = changed(http_api(), "/isBase64Encoded", true.into());
        events.push(changed(encoded, "/body", base64.into()));
    }
    events.push(changed(http_api(), "/headers/x-forwarded-proto", "a b".into()));
    events.extend([
        event_of_a_rest_api(),
        json!({}),
        json!([]),
        json!("text"),
        json!(null),
        json!({"version": "2.0"}),
        json!({"Records": []}),
    ]);
    for event in events {
        let answer = runtime.invoke(event.clone()).await;
        assert_eq!(
            (&answer["statusCode"], &body_of(&answer)["code"]),
            (&json!(400), &json!("malformed_request")),
            "{event}"
        );
        let next = runtime.invoke(http_api()).await;
        assert_eq!(next["statusCode"], 401, "after {event}");
    }
    let in_xanos_dialect =
        changed(changed(http_api(), "/rawPath", "/api:a/auth/me".into()), "/headers/host", "a b".into());
    let answer = runtime.invoke(in_xanos_dialect).await;
    assert_eq!((&answer["statusCode"], &body_of(&answer)["code"]), (&json!(400), &json!("ERROR_CODE_BAD_REQUEST")));
}

#[tokio::test]
async fn what_is_missing_or_odd_and_does_not_matter_is_borne() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &tables.variables(PROGRAM));
    let minimal =
        json!({"rawPath": "/auth/me", "requestContext": {"domainName": "a.example", "http": {"method": "GET"}}});
    let answer = runtime.invoke(minimal).await;
    assert_eq!((&answer["statusCode"], &body_of(&answer)["code"]), (&json!(401), &json!("missing_token")));
    let mut odd = http_api_event("GET", "/auth/me", &Value::Null);
    odd["headers"] = json!({"AUTHORIZATION": "bEaReR forged", "X-Ünïcode": "☃", "cookie": "=;;=;\u{fffd}"});
    odd["cookies"] = json!(["", "=", "a", "__Host-authToken", "\u{1}"]);
    let answer = runtime.invoke(odd).await;
    assert!([400, 401].contains(&answer["statusCode"].as_u64().unwrap()), "{answer}");
    for path in ["", "/", "//", "/auth/me/../me", "/auth/%6de", "/\u{0}", "@evil", "/auth/me?x", "\u{202e}/auth/me"] {
        let mut event = http_api_event("GET", "/auth/me", &Value::Null);
        event["rawPath"] = path.into();
        let status = runtime.invoke(event).await["statusCode"].as_u64().unwrap();
        assert!([400, 404].contains(&status), "{path}: {status}");
    }
}
