use std::fmt::Write as _;

use api_tests::{BadString, own_stack};
use reqwest::Method;

use super::borne;

/// The text with every byte of it percent-encoded.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        let _ = write!(encoded, "%{byte:02x}");
        encoded
    })
}

#[tokio::test]
async fn every_string_in_a_path_or_a_query_is_no_server_error() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    for string in BadString::all() {
        // Longer ones fit into no request line, and the client itself resolves two dots, percent-encoded or not, before it
        // sends a path.
        let Some(text) = string.text.as_ref().filter(|text| text.len() < 1000 && *text != "..") else { continue };
        let text = encoded(text);
        for path in [
            format!("/auth/{text}"),
            format!("/auth/me/{text}"),
            format!("/{text}/auth/me"),
            format!("/api:{text}/auth/me"),
            format!("/api:aB3:{text}/auth/signup"),
            format!("/.well-known/{text}"),
            format!("/auth/me?{text}"),
            format!("/auth/me?token={text}&{text}={text}"),
            format!("/auth/login?{text}"),
        ] {
            let answer = borne(api.send_to_gateway(api.get(&path)).await, &(&path, &string));
            assert!([400, 401, 404].contains(&answer.status), "{path}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_method_that_nobody_knows_is_no_server_error() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    for method in ["HEAD", "TRACE", "CONNECT", "PROPFIND", "get", "X", "GETGET", &"A".repeat(200)] {
        for path in ["/auth/signup", "/auth/me", "/auth/logout", "/api:aB3/auth/login", "/.well-known/jwks.json"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = borne(api.send_to_gateway(api.request(method.clone(), path)).await, &method);
            let is_a_document = method == Method::HEAD && path.starts_with("/.well-known/");
            assert!([400, 404].contains(&answer.status) != is_a_document, "{method} {path}: {answer:?}");
        }
    }
}
