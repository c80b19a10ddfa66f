//! The rules for bodies, headers and methods that sign-up and log-in share.

use api_tests::{Api, emulator_answers_by_itself, shared_api};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, ORIGIN};
use serde_json::{Value, json};

/// What is not one JSON object with every key once is 400, before any field is looked at.
pub(super) async fn a_malformed_body_is_400(api: &Api, path: &str) {
    let deep = "[".repeat(8000);
    for body in ["", "{", "null", "[]", "\"text\"", "{} {}", "{\"a\":1,\"a\":2}", "{\"a\":\"\\ud800\"}", &deep] {
        let request = api.post(path).header(CONTENT_TYPE, "application/json").body(body.to_owned());
        let _ = api.send(request).await.expect_problem(400, "malformed_body");
    }
}

/// Neither is a body in another encoding than UTF-8.
pub(super) async fn a_body_that_is_not_utf8_is_400(path: &str) {
    if emulator_answers_by_itself("cargo-lambda takes no body that is not UTF-8 and says 500") {
        return;
    }
    let api = shared_api();
    for body in [b"{\"a\":\"\xff\"}".as_slice(), b"\xfe\xff\x00{\x00}", b"\xef\xbb\xbf{}"] {
        let request = api.post(path).header(CONTENT_TYPE, "application/json").body(body.to_vec());
        let _ = api.send(request).await.expect_problem(400, "malformed_body");
    }
}

/// What is too large or of another type is refused as such.
pub(super) async fn size_and_type_are_checked(api: &Api, path: &str, good: &Value) {
    let padded = |length: usize| {
        let mut body = good.clone();
        body["padding"] = Value::String(String::new());
        body["padding"] = "x".repeat(length - body.to_string().len()).into();
        body.to_string()
    };
    let post = |body: String| api.post(path).header(CONTENT_TYPE, "application/json").body(body);
    let too_large = api.send(post(padded(8193))).await.expect_problem(413, "body_too_large");
    assert!(too_large.text.contains("8192"), "{too_large:?}");
    assert!(api.send(post(padded(8192))).await.status < 300);
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        let request = api.post(path).header(CONTENT_TYPE, content_type).body(good.to_string());
        let _ = api.send(request).await.expect_problem(415, "unsupported_media_type");
    }
    let _ = api.send(api.post(path).body(good.to_string())).await.expect_problem(415, "unsupported_media_type");
}

/// No other method has a route. Under an emulator that routes by path alone, the function itself answers.
pub(super) async fn another_method_has_no_route(api: &Api, path: &str, allowed: &[Method]) {
    if emulator_answers_by_itself("it hands a function every method of a path") {
        return;
    }
    for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
        if allowed.contains(&method) {
            continue;
        }
        api.expect_no_route(api.request(method, path)).await;
    }
}

/// A page of an origin that is not on the list is 403, whatever else its request holds.
pub(super) async fn a_foreign_origin_is_403(api: &Api, path: &str) {
    for origin in ["https://evil.example", "http://localhost.evil.example", "null"] {
        let request = api.post(path).header(ORIGIN, origin).json(&json!({}));
        let _ = api.send(request).await.expect_problem(403, "origin_not_allowed");
    }
}

/// A transport that nobody knows is 400.
pub(super) async fn an_unknown_transport_is_400(api: &Api, path: &str, good: &Value) {
    let request = api.post(path).header("x-token-transport", "carrier-pigeon").json(good);
    let _ = api.send(request).await.expect_problem(400, "unknown_token_transport");
}
