use api_tests::{Api, BadString, own_stack};
use reqwest::RequestBuilder;
use reqwest::header::HeaderValue;
use serde_json::json;

use super::borne;

/// Every header that a function reads.
const READ: [&str; 8] = [
    "authorization",
    "cookie",
    "content-type",
    "origin",
    "x-token-transport",
    "x-xano-authorization",
    "x-xano-authorization-only",
    "cloudfront-viewer-address",
];

/// Requests to every route, none of which reaches the hash.
fn requests(api: &Api) -> Vec<RequestBuilder> {
    let posts = ["/auth/signup", "/auth/login", "/auth/logout", "/api:aB3/auth/signup", "/api:aB3/auth/login"];
    let gets = ["/auth/me", "/api:aB3/auth/me", "/.well-known/jwks.json", "/.well-known/openid-configuration"];
    let posts = posts.into_iter().map(|path| api.post(path).body("{\"email\":\"a@b.c\"}"));
    posts.chain(gets.into_iter().map(|path| api.get(path))).collect()
}

async fn send_each(api: &Api, what: &dyn std::fmt::Debug, change: impl Fn(RequestBuilder) -> RequestBuilder) {
    for request in requests(api) {
        let _ = borne(api.send(change(request)).await, what);
    }
}

#[tokio::test]
async fn every_string_in_every_header_is_no_server_error() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    let _keys_for_the_well_known_documents = api.somebody().await;
    for string in BadString::all() {
        // What no client can put into a header is not tried here.
        let Some(value) = string.text.as_deref().and_then(|text| HeaderValue::from_bytes(text.as_bytes()).ok()) else {
            continue;
        };
        for header in READ {
            for request in [api.get("/auth/me"), api.get("/api:aB3/auth/me"), api.post("/auth/login").json(&json!({}))]
            {
                let answer = borne(api.send(request.header(header, value.clone())).await, &(header, &string));
                assert!(answer.status >= 400, "{header} {string:?}: {answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_token_in_every_disguise_is_401() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    for string in BadString::all() {
        let Some(text) = &string.text else { continue };
        for value in [format!("Bearer {text}"), format!("bearer  {text}"), format!("__Host-authToken={text}; a=b")] {
            let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) else { continue };
            for path in ["/auth/me", "/api:aB3/auth/me"] {
                for header in ["authorization", "cookie", "x-xano-authorization"] {
                    let answer = api.send(api.get(path).header(header, value.clone())).await;
                    assert_eq!(answer.status, 401, "{header} {string:?}: {answer:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn headers_in_great_number_or_of_great_length_are_no_server_error() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    let _keys_for_the_well_known_documents = api.somebody().await;
    // More than a hundred lines the server refuses by itself, as API Gateway does more than 10,240 bytes.
    for lines in [80, 500] {
        for request in requests(api) {
            let flooded = (0..lines).fold(request, |request, line| request.header(format!("x-flood-{line}"), "x"));
            let _ = borne(api.send_to_gateway(flooded).await, &lines);
        }
    }
    for header in READ.into_iter().chain(["x-flood"]) {
        for length in [1024, 10_240, 65_536] {
            send_each(api, &(header, length), |request| request.header(header, "x".repeat(length))).await;
        }
        send_each(api, &header, |request| (0..20).fold(request, |request, _| request.header(header, "a; b=c, d")))
            .await;
    }
}
