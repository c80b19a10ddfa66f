//! CORS, which is the gateway's: what a browser would be told.

use api_tests::{Answer, Api, Person, own_stack};
use reqwest::Method;

const APP: &str = "https://app.example.com";

async fn preflight(api: &Api, origin: &str) -> (u16, Answer) {
    let request = api.request(Method::OPTIONS, "/auth/login").header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    let answer =
        api.send_to_gateway(request.header("access-control-request-headers", "content-type,x-token-transport"));
    let answer = answer.await;
    (answer.status, answer)
}

#[tokio::test]
async fn pages_of_listed_origins_may_call_with_credentials() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", APP).start().await;
    let (status, answer) = preflight(&stack.api, APP).await;
    assert_eq!(status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    let headers = answer.header("access-control-allow-headers").unwrap().to_lowercase();
    for header in ["authorization", "content-type", "x-token-transport", "x-requested-with"] {
        assert!(headers.contains(header), "{headers}");
    }
    let signup = stack.api.post("/auth/signup").header("origin", APP).json(&Person::new().signup_body());
    let answer = stack.api.send(signup).await.expect(201);
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
    let exposed = answer.header("access-control-expose-headers").unwrap().to_lowercase();
    assert!(exposed.contains("retry-after") && exposed.contains("www-authenticate"), "{exposed}");
}

#[tokio::test]
async fn the_headers_of_a_pages_tracing_are_allowed_and_others_can_be() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", APP).start().await;
    let (_status, answer) = preflight(&stack.api, APP).await;
    let allowed = answer.header("access-control-allow-headers").unwrap().to_owned();
    for header in ["traceparent", "baggage", "sentry-trace"] {
        assert!(allowed.split(',').any(|name| name == header), "{allowed}");
    }
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", APP).variable("ALLOWED_HEADERS", "x-app-version").start().await;
    let (_status, answer) = preflight(&stack.api, APP).await;
    let allowed = answer.header("access-control-allow-headers").unwrap().to_owned();
    let names: Vec<_> = allowed.split(',').collect();
    assert!(names.contains(&"authorization") && names.contains(&"x-app-version"), "{allowed}");
    assert!(!names.contains(&"traceparent"), "{allowed}");
}

#[tokio::test]
async fn pages_of_other_origins_are_told_nothing() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", APP).start().await;
    let (_status, answer) = preflight(&stack.api, "https://evil.example").await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    let me = stack.api.get("/auth/me").header("origin", "https://evil.example");
    assert_eq!(stack.api.send(me).await.header("access-control-allow-origin"), None);
}

/// A cache keeps the key set for five minutes, and shows it to pages of every origin.
#[tokio::test]
async fn what_may_be_cached_says_that_it_depends_on_the_origin() {
    for origins in [APP, "*"] {
        let Some(stack) = own_stack() else { return };
        let stack = stack.variable("ALLOWED_ORIGINS", origins).start().await;
        let _keys = stack.api.somebody().await;
        for path in ["/.well-known/jwks.json", "/.well-known/openid-configuration"] {
            for origin in [None, Some(APP), Some("https://evil.example"), Some("null")] {
                let request = stack.api.get(path);
                let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
                let answer = stack.api.send(request).await.expect(200);
                assert_eq!(answer.header("vary"), Some("Origin"), "{origins} {path} {origin:?}");
            }
        }
    }
}

#[tokio::test]
async fn with_any_origin_there_are_no_credentials() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "*").start().await;
    let (_status, answer) = preflight(&stack.api, "https://anywhere.example").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let login = stack.api.post("/auth/login").header("origin", "null").json(&Person::new().login_body());
    let _ = stack.api.send(login).await.expect_problem(401, "invalid_credentials");
}
