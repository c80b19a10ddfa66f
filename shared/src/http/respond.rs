//! The way from a request to its response, the same for every function.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use lambda_http::http::header::{ALLOW, ORIGIN};
use lambda_http::http::{Method, Response};
use lambda_http::{Body, Request};
use tracing::Level;

use super::problem::{MALFORMED_REQUEST, NOT_FOUND, ORIGIN_NOT_ALLOWED, ORIGIN_REQUIRED, TOO_MANY_ATTEMPTS};
use super::response::{empty, put};
use super::route::{Found, OPTIONS_STATUS, find};
use super::{Answer, Call, Dialect, Endpoint, Failure, HttpConfig, Route, TrustedProxy};
use crate::clock::Stopwatch;
use crate::error_chain::with_causes;
use crate::logging::{Part, RequestLine, write_refused_event};

/// Answers one request with the endpoints of a function, and writes its line of the log. It never fails and never panics:
/// what goes wrong is a response too.
pub async fn respond<F: Sync>(
    function: &F,
    endpoints: &'static [Endpoint<F>],
    config: &HttpConfig,
    request: Request,
) -> Response<Body> {
    let stopwatch = Stopwatch::start();
    let mut call = Call::of_request(request, config);
    let found = find(endpoints, call.dialect, &call.method, &call.path);
    let (pattern, route) = match &found {
        Found::Endpoint(endpoint) => (Some(endpoint.route.pattern), Some(endpoint.route)),
        Found::OtherMethods { pattern, .. } => (Some(*pattern), None),
        Found::Nothing => (None, None),
    };
    call.pattern = pattern;
    let decided =
        AssertUnwindSafe(in_time(config.deadline, decide(function, found, config, &call))).catch_unwind().await;
    let outcome = decided.unwrap_or_else(|panic| Err(Failure::Internal(message_of(panic.as_ref()).into())));
    let response = call.timings().timed_now(Part::Encode, || match &outcome {
        Ok(Outcome::Answer(answer)) => call.dialect.encode(answer, &config.cookies),
        Ok(Outcome::Options(allowed)) => options(allowed),
        Err(Failure::SentBack(sent_back)) => call.dialect.encode(&sent_back.answer, &config.cookies),
        Err(failure) => call.dialect.encode_failure(failure, &call.request_id),
    });
    let failure = outcome.as_ref().err();
    debug_assert!(is_declared(route.as_ref(), call.dialect, failure), "{route:?} does not declare {failure:?}");
    let code = failure.map(|failure| failure.problem().code);
    RequestLine {
        level: failure.map_or(Level::INFO, Failure::level),
        request_id: &call.request_id,
        method: call.method.as_str(),
        route: pattern.map_or("none", |pattern| pattern.as_str()),
        status: response.status().as_u16(),
        code,
        total: stopwatch.elapsed(),
        timings: call.timings(),
        user_id: call.user_id(),
        email_digest: call.email_digest(),
        source_digest: call.source_digest(),
        source: call.source.filter(|_| code == Some(TOO_MANY_ATTEMPTS.code)).map(|source| source.to_string()),
        provider: call.provider(),
        counts: &call.counted(),
        cause: failure.map(|failure| with_causes(failure)),
    }
    .write();
    if call.method == Method::HEAD { response.map(|_body| Body::Empty) } else { response }
}

/// The response to an event of which no request can be made.
#[must_use]
pub fn refuse_event(path: &str, request_id: &str) -> Response<Body> {
    let response = Dialect::of_path(path).0.encode_failure(&MALFORMED_REQUEST.into(), request_id);
    write_refused_event(request_id, response.status().as_u16(), MALFORMED_REQUEST.code);
    response
}

enum Outcome {
    Answer(Box<Answer>),
    /// The methods of a path, for a preflight.
    Options(String),
}

async fn decide<F: Sync>(
    function: &F,
    found: Found<'static, F>,
    config: &HttpConfig,
    call: &Call,
) -> Result<Outcome, Failure> {
    if !came_through_proxy(config, call) {
        return Err(ORIGIN_REQUIRED.into());
    }
    let endpoint = match found {
        Found::Endpoint(endpoint) => endpoint,
        Found::OtherMethods { allowed, .. } if call.method == Method::OPTIONS => return Ok(Outcome::Options(allowed)),
        Found::OtherMethods { allowed, .. } => return Err(Failure::MethodNotAllowed { allowed }),
        Found::Nothing => return Err(NOT_FOUND.into()),
    };
    if !call.method.is_safe() && !origin_is_allowed(config, call) {
        return Err(ORIGIN_NOT_ALLOWED.into());
    }
    (endpoint.handle)(function, call).await.map(|answer| Outcome::Answer(Box::new(answer)))
}

/// What is decided, unless it takes longer than it may. The calls that are under way are given up.
async fn in_time(
    deadline: Option<Duration>,
    decided: impl Future<Output = Result<Outcome, Failure>>,
) -> Result<Outcome, Failure> {
    let Some(deadline) = deadline else { return decided.await };
    tokio::time::timeout(deadline, decided).await.unwrap_or_else(|_elapsed| {
        Err(Failure::Unavailable(format!("the request was not done after {} s", deadline.as_secs()).into()))
    })
}

/// Whether the route says that a request to it can end so. To be sent back is a redirect, which every route may answer.
fn is_declared(route: Option<&Route>, dialect: Dialect, failure: Option<&Failure>) -> bool {
    let (Some(route), Some(failure)) = (route, failure) else { return true };
    if matches!(failure, Failure::SentBack(_)) {
        return true;
    }
    route.problems(dialect).any(|problem| problem == failure.problem())
}

/// Whether a request came the way that all must come, if there is one.
fn came_through_proxy(config: &HttpConfig, call: &Call) -> bool {
    let Some(proxy) = &config.trusted_proxy else { return true };
    call.header(TrustedProxy::SECRET_HEADER).is_some_and(|presented| proxy.has_secret(presented))
}

/// Whether a request that changes something comes from a page that may ask for it. Without `Origin` no page is behind
/// it.
fn origin_is_allowed(config: &HttpConfig, call: &Call) -> bool {
    call.header(ORIGIN.as_str()).is_none_or(|origin| config.allowed_origins.allows(origin))
}

fn options(allowed: &str) -> Response<Body> {
    let mut response = empty(OPTIONS_STATUS);
    put(&mut response, ALLOW, allowed);
    response
}

fn message_of(panic: &(dyn Any + Send)) -> String {
    let message = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a panic: {}", message.unwrap_or("without a message"))
}

#[cfg(test)]
mod tests {
    use lambda_http::http::{Method, Request, Response};
    use lambda_http::{Body, RequestExt as _};
    use serde_json::Value;

    use super::{NOT_FOUND, respond};
    use crate::http::stub::{ENDPOINTS, Stub};
    use crate::http::{AllowedOrigins, HttpConfig, TrustedProxy};

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn config() -> HttpConfig {
        let allowed_origins = AllowedOrigins::Listed(vec!["https://app.example.com".to_owned()]);
        HttpConfig { allowed_origins, ..Stub::config() }
    }

    /// What a function answers that every request must reach through a proxy.
    async fn call_past_the_proxy(method: Method, path: &str, secret: Option<&str>) -> Response<Body> {
        let proxy = TrustedProxy::new(SECRET.into(), TrustedProxy::CLOUDFRONT_ADDRESS_HEADER);
        let config = HttpConfig { trusted_proxy: Some(proxy), ..Stub::config() };
        let mut request = Request::builder().method(method).uri(path);
        if let Some(secret) = secret {
            request = request.header(TrustedProxy::SECRET_HEADER, secret);
        }
        let request = request.body(Body::Empty).unwrap().with_raw_http_path(path);
        respond(&Stub::document(), ENDPOINTS, &config, request).await
    }

    #[tokio::test]
    async fn without_the_secret_of_the_proxy_nothing_else_is_looked_at() {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::OPTIONS] {
            for path in ["/stub", "/other", "/api:g/stub", "/api:g/other"] {
                for secret in [None, Some(""), Some("wrong")] {
                    let refused = call_past_the_proxy(method.clone(), path, secret).await;
                    assert_eq!(refused.status(), 403, "{method} {path}");
                    let code = if path.starts_with("/api:") { "ERROR_CODE_ACCESS_DENIED" } else { "origin_required" };
                    assert!(method == Method::HEAD || code_of(&refused).as_deref() == Some(code), "{method} {path}");
                }
                assert_ne!(call_past_the_proxy(method.clone(), path, Some(SECRET)).await.status(), 403);
            }
        }
    }

    #[tokio::test]
    async fn in_xanos_dialect_a_wrong_method_is_400_and_an_unknown_path_404() {
        let stub = Stub::document();
        for (method, path, expected) in [
            (Method::PUT, "/api:g/stub", (400, "ERROR_CODE_BAD_REQUEST")),
            (Method::GET, "/api:g/other", (404, "ERROR_CODE_NOT_FOUND")),
            (Method::GET, "/api:g/stub/7", (404, "ERROR_CODE_NOT_FOUND")),
        ] {
            let response = call(&stub, method, path, None).await;
            assert_eq!((response.status().as_u16(), code_of(&response).as_deref().unwrap()), expected, "{path}");
            assert!(!response.headers().contains_key("allow"));
        }
    }

    #[tokio::test]
    #[should_panic(expected = "does not declare")]
    async fn a_problem_that_the_route_does_not_declare_is_noticed() {
        let _ = call(&Stub::new(|| Err(NOT_FOUND.into())), Method::GET, "/stub", None).await;
    }

    async fn call(stub: &Stub, method: Method, path: &str, origin: Option<&str>) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let request = request.body(Body::Empty).unwrap().with_raw_http_path(path);
        respond(stub, ENDPOINTS, &config(), request).await
    }

    fn code_of(response: &Response<Body>) -> Option<String> {
        let body: Value = serde_json::from_slice(response.body()).ok()?;
        body["code"].as_str().map(str::to_owned)
    }

    #[tokio::test]
    async fn a_panic_is_a_500_that_says_nothing_and_the_next_request_is_answered() {
        let stub = Stub::new(|| panic!("on purpose"));
        for _ in 0..2 {
            let response = call(&stub, Method::GET, "/stub", None).await;
            assert_eq!(response.status(), 500);
            let Body::Text(body) = response.body() else { panic!("no text: {response:?}") };
            assert!(body.contains("internal_error") && !body.contains("on purpose"), "{body}");
        }
        assert_eq!(call(&stub, Method::GET, "/other", None).await.status(), 404);
    }

    #[tokio::test]
    async fn the_origin_of_every_method_that_is_not_safe_is_checked() {
        let stub = Stub::document();
        let (ours, theirs) = (Some("https://app.example.com"), Some("https://evil.example"));
        for method in [Method::POST, Method::PATCH, Method::DELETE] {
            assert_eq!(call(&stub, method.clone(), "/stub", ours).await.status(), 200, "{method}");
            assert_eq!(call(&stub, method.clone(), "/stub", None).await.status(), 200, "{method}");
            let refused = call(&stub, method.clone(), "/stub", theirs).await;
            assert_eq!((refused.status().as_u16(), code_of(&refused).as_deref()), (403, Some("origin_not_allowed")));
        }
        assert_eq!(call(&stub, Method::GET, "/stub", theirs).await.status(), 200);
    }

    #[tokio::test]
    async fn head_has_the_headers_of_get_and_no_body() {
        let stub = Stub::document();
        let (get, head) =
            (call(&stub, Method::GET, "/stub", None).await, call(&stub, Method::HEAD, "/stub", None).await);
        assert_eq!((head.status(), head.headers()), (get.status(), get.headers()));
        assert!(head.body().is_empty() && !get.body().is_empty());
    }

    #[tokio::test]
    async fn other_methods_are_405_with_those_that_are_allowed_and_options_is_204() {
        let stub = Stub::document();
        let refused = call(&stub, Method::PUT, "/stub", None).await;
        assert_eq!((refused.status().as_u16(), code_of(&refused).as_deref()), (405, Some("method_not_allowed")));
        assert_eq!(refused.headers()["allow"], "GET, HEAD, POST, PATCH, DELETE");
        let options = call(&stub, Method::OPTIONS, "/stub", Some("https://evil.example")).await;
        assert_eq!((options.status().as_u16(), options.body().is_empty()), (204, true));
        assert_eq!(options.headers()["allow"], "GET, HEAD, POST, PATCH, DELETE");
        assert_eq!(call(&stub, Method::OPTIONS, "/other", None).await.status(), 404);
    }

    #[tokio::test]
    async fn a_parameter_reaches_the_handler() {
        let response = call(&Stub::document(), Method::GET, "/stub/7", None).await;
        assert_eq!(response.body().as_ref(), b"\"7\"");
    }
}
