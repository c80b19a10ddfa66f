//! One odd byte in a header: what is ours in it is still found, and what has to match as a whole does not.

use api_tests::{Api, emulator_answers_by_itself, own_stack, shared_api};
use reqwest::RequestBuilder;
use reqwest::header::HeaderValue;
use serde_json::json;

const APP: &str = "https://app.example.com";

/// What a header may hold and ASCII does not: UTF-8, Latin-1, and bytes that are neither.
const ODD: [&[u8]; 4] = ["fran\u{e7}ais".as_bytes(), b"fran\xe7ais", "\u{1f36a}".as_bytes(), b"\x80\xff"];

/// A header value made of these parts.
fn value(parts: &[&[u8]]) -> HeaderValue {
    HeaderValue::from_bytes(&parts.concat()).unwrap()
}

/// Every `Cookie` header that holds the token and an odd cookie, which another site of the same domain can set.
fn with_cookies(request: &dyn Fn() -> RequestBuilder, odd: &[u8], token: &str) -> Vec<RequestBuilder> {
    let (lang, ours) = (value(&[b"lang=", odd]), format!("__Host-authToken={token}"));
    let ours = ours.as_bytes();
    vec![
        request().header("cookie", value(&[b"lang=", odd, b"; ", ours])),
        request().header("cookie", value(&[ours, b"; lang=", odd])),
        request().header("cookie", value(&[odd, b"; ", ours, b";", odd, b"="])),
        request().header("cookie", value(&[b"__Host-authToken=", odd, b"; ", ours])),
        request().header("cookie", lang.clone()).header("cookie", value(&[ours])),
        request().header("cookie", value(&[ours])).header("cookie", lang),
    ]
}

fn emulator_takes_none() -> bool {
    emulator_answers_by_itself("cargo-lambda takes no header that is not UTF-8 and says 500")
}

#[tokio::test]
async fn an_odd_cookie_of_another_site_of_the_domain_logs_nobody_out() {
    if emulator_takes_none() {
        return;
    }
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    for odd in ODD {
        for request in with_cookies(&|| api.get("/auth/me"), odd, &token) {
            let _ = api.send(request).await.expect(200);
        }
    }
}

#[tokio::test]
async fn an_odd_cookie_of_another_site_of_the_domain_keeps_nobody_from_ending_every_token() {
    if emulator_takes_none() {
        return;
    }
    let api = shared_api();
    let everywhere =
        || api.post("/auth/logout").header("x-token-transport", "cookie").json(&json!({"everywhere": true}));
    for odd in ODD {
        let (_person, token) = api.somebody().await;
        let request = with_cookies(&everywhere, odd, &token).remove(0);
        let _ = api.send(request).await.expect(204);
        let _ = api.me(&token).await.expect_problem(401, "invalid_token");
    }
}

#[tokio::test]
async fn a_bearer_header_with_an_odd_byte_wins_over_the_cookie_and_is_401() {
    if emulator_takes_none() {
        return;
    }
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    for odd in ODD {
        let by_cookie = || api.get("/auth/me").header("cookie", format!("__Host-authToken={token}"));
        let bearer = by_cookie().header("authorization", value(&[b"Bearer ", token.as_bytes(), odd]));
        let _ = api.send(bearer).await.expect_problem(401, "invalid_token");
        let other_scheme = by_cookie().header("authorization", value(&[b"Digest username=", odd]));
        let _ = api.send(other_scheme).await.expect(200);
        let in_xano = api.get("/api:aB3/auth/me").header("x-xano-authorization", value(&[token.as_bytes(), odd]));
        let _ = api.send(in_xano.bearer_auth(&token)).await.expect(401);
    }
}

#[tokio::test]
async fn an_odd_byte_in_a_parameter_of_the_content_type_does_not_change_the_type() {
    if emulator_takes_none() {
        return;
    }
    let api = shared_api();
    let (person, _token) = api.somebody().await;
    for odd in ODD {
        for (path, body) in [("/auth/login", person.login_body()), ("/api:aB3/auth/login", person.login_body())] {
            let typed = |parts: &[&[u8]]| api.post(path).header("content-type", value(parts)).body(body.to_string());
            let _ = api.send(typed(&[b"application/json; charset=utf-8; note=", odd])).await.expect(200);
            let other = api.send(typed(&[b"application/json", odd])).await;
            assert!([400, 415].contains(&other.status), "{other:?}");
        }
    }
}

#[tokio::test]
async fn an_odd_byte_in_a_header_that_is_not_read_does_not_matter() {
    if emulator_takes_none() {
        return;
    }
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    for odd in ODD {
        for header in
            ["accept", "accept-language", "user-agent", "referer", "x-requested-with", "x-forwarded-for", "via"]
        {
            let _ = api.send(api.get("/auth/me").bearer_auth(&token).header(header, value(&[odd]))).await.expect(200);
        }
    }
}

#[tokio::test]
async fn a_value_that_has_to_match_as_a_whole_does_not_match_with_an_odd_byte() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", APP).start().await;
    let api: &Api = &stack.api;
    let (person, _token) = api.somebody().await;
    for odd in ODD {
        let login = || api.post("/auth/login").json(&person.login_body());
        let origin = login().header("origin", value(&[APP.as_bytes(), odd]));
        let _ = api.send(origin).await.expect_problem(403, "origin_not_allowed");
        let transport = login().header("x-token-transport", value(&[b"cookie", odd]));
        let _ = api.send(transport).await.expect_problem(400, "unknown_token_transport");
    }
}
