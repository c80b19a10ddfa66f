use api_tests::{Api, Person, own_stack};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde_json::json;

use super::borne;

const PATHS: [&str; 5] = ["/auth/signup", "/auth/login", "/auth/logout", "/api:aB3/auth/signup", "/api:aB3/auth/login"];
/// What a function reads at most, in bytes.
const MOST: usize = 8 * 1024;
/// What API Gateway takes at most, in bytes.
const MOST_OF_GATEWAY: usize = 10 * 1024 * 1024;

async fn status_of(api: &Api, path: &str, body: Vec<u8>) -> u16 {
    let length = body.len();
    let request = api.post(path).header(CONTENT_TYPE, "application/json").body(body);
    let answer = if length > MOST_OF_GATEWAY { api.send_to_gateway(request).await } else { api.send(request).await };
    borne(answer, &(path, length)).status
}

fn is_xano(path: &str) -> bool {
    path.starts_with("/api:")
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whatever_its_size() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    for path in PATHS {
        let too_large = if is_xano(path) { 400 } else { 413 };
        let not_json = 400;
        for (length, expected) in [
            (MOST, not_json),
            (MOST + 1, too_large),
            (1024 * 1024, too_large),
            (MOST_OF_GATEWAY, too_large),
            (MOST_OF_GATEWAY + 1, 413),
            (MOST_OF_GATEWAY * 2, 413),
        ] {
            assert_eq!(status_of(api, path, vec![b'['; length]).await, expected, "{path} {length}");
        }
    }
}

#[tokio::test]
async fn a_body_of_many_levels_is_refused() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    for path in PATHS {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]"), ("[", ""), ("{\"a\":", "")] {
            for levels in [127, 128, 129, 1000, 10_000] {
                let body = format!("{{\"a\":{}1{}}}", open.repeat(levels), close.repeat(levels));
                let status = status_of(api, path, body.into_bytes()).await;
                assert!([204, 400, 413, 422].contains(&status), "{path} {levels} {open}: {status}");
                assert!(levels < 1000 || status != 204, "{path} {levels} {open}");
            }
        }
    }
}

#[tokio::test]
async fn a_body_that_ends_early_is_400_wherever_it_ends() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    let mut body = Person::new().signup_body();
    body["name"] = "Zo\u{eb} \u{1f980}".into();
    body["everywhere"] = true.into();
    let whole = body.to_string().into_bytes();
    for path in PATHS {
        for end in 1..whole.len() {
            assert_eq!(status_of(api, path, whole[..end].to_vec()).await, 400, "{path} {end}");
        }
    }
}

#[tokio::test]
async fn a_body_with_one_byte_that_is_not_utf8_is_400_wherever_it_is() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    let whole = Person::new().signup_body().to_string().into_bytes();
    for path in PATHS {
        for at in (0..whole.len()).step_by(3) {
            for byte in [0x80, 0xff] {
                let mut body = whole.clone();
                body[at] = byte;
                assert_eq!(status_of(api, path, body).await, 400, "{path} {at}");
            }
        }
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    let types = [
        "",
        "json",
        "text/json",
        "application/json5",
        "application/x-json",
        "application/vnd.api+json",
        "application/problem+json",
        "application /json",
        "application/json, application/json",
        "application/json\u{a0}",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/octet-stream",
        "text/html",
        "application/xml",
        "application/graphql",
        "application/cbor",
        "*/*",
        "application/*",
        ";",
        "; charset=utf-8",
    ];
    for path in PATHS {
        for content_type in types {
            let request = api.post(path).header(CONTENT_TYPE, content_type.as_bytes());
            let status = borne(api.send(request.body("{\"a\":1}")).await, &(path, content_type)).status;
            assert_eq!(status, if is_xano(path) { 400 } else { 415 }, "{path} {content_type}");
        }
    }
}

#[tokio::test]
async fn a_body_that_says_it_is_compressed_is_not_unpacked() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    let gzip_of_nothing = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00";
    for path in PATHS {
        for encoding in ["gzip", "br", "deflate", "zstd", "identity", "x"] {
            let request = api.post(path).header(CONTENT_TYPE, "application/json").header(CONTENT_ENCODING, encoding);
            assert_eq!(api.send(request.body(gzip_of_nothing.to_vec())).await.status, 400, "{path} {encoding}");
        }
    }
}

#[tokio::test]
async fn members_in_great_number_are_borne() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    let many = |member: &dyn Fn(usize) -> String| {
        let members: Vec<_> = (0..1000).map(member).take_while_fitting().collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    };
    for path in PATHS {
        let different = status_of(api, path, many(&|number| format!("\"{number}\":{number}"))).await;
        assert!([204, 400, 422].contains(&different), "{path}: {different}");
        assert_eq!(status_of(api, path, many(&|_number| "\"a\":1".to_owned())).await, 400, "{path}");
    }
    let _ = api.send(api.post("/auth/login").json(&json!({"x": vec![0; 4000]}))).await.expect(422);
}

/// Ends before what is joined by commas is larger than a body may be.
trait TakeWhileFitting: Iterator<Item = String> + Sized {
    fn take_while_fitting(self) -> impl Iterator<Item = String> {
        let mut length = 2;
        self.take_while(move |member| {
            length += member.len() + 1;
            length <= MOST
        })
    }
}

impl<I: Iterator<Item = String>> TakeWhileFitting for I {}
