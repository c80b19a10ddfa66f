//! The way from a request to its answer, the same for every function.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use lambda_http::http::header::ORIGIN;
use lambda_http::http::{Method, Response, StatusCode};
use lambda_http::{Body, Request};

use super::encode::{encode, encode_failure};
use super::stages::{Stage, millis};
use super::{Call, Dialect, Failure, Function, Route, Success, TrustedProxy};
use crate::clock::Stopwatch;
use crate::domain::UserId;
use crate::error_chain::with_causes;

/// Answers one request and writes its line of the log. It never fails and never panics: what goes wrong is an answer
/// too.
pub async fn answer<F: Function>(function: &F, request: Request) -> Response<Body> {
    let stopwatch = Stopwatch::start();
    let call = Call::of_request(request, function.http());
    let route = route_of(function, &call);
    let decided = AssertUnwindSafe(decide(function, route, &call)).catch_unwind().await;
    let outcome = decided.unwrap_or_else(|panic| Err(Failure::Internal(message_of(panic.as_ref()).into())));
    let encoded = || encode(call.dialect, &outcome, &function.http().cookie, &call.request_id);
    let (response, code) = call.timed_now(Stage::Encode, encoded);
    let status = response.status().as_u16();
    let cause = outcome.as_ref().err().map(|failure| with_causes(failure));
    let route = route.map_or("none", |route| route.path);
    log(&call, &Line { route, status, code, cause, total_ms: millis(stopwatch.elapsed()) });
    response
}

/// The answer to an event of which no request can be made.
#[must_use]
pub fn refuse_event(path: &str, request_id: &str) -> Response<Body> {
    let response = encode_failure(Dialect::of_path(path).0, &Failure::MalformedEvent, request_id);
    tracing::info!(request_id, status = response.status().as_u16(), code = "malformed_request", "request");
    response
}

fn route_of<F: Function>(function: &F, call: &Call) -> Option<&'static Route<F::Name>> {
    let served = |route: &&Route<F::Name>| call.dialect == Dialect::Native || route.in_xano;
    function.routes().iter().filter(served).find(|route| route.path == call.path)
}

async fn decide<F: Function>(function: &F, route: Option<&Route<F::Name>>, call: &Call) -> Result<Success, Failure> {
    if !came_through_proxy(function, call) {
        return Err(Failure::ProxyRequired);
    }
    let route = route.ok_or(Failure::NotFound)?;
    if call.method != route.method {
        return Err(Failure::MethodNotAllowed { allowed: route.method.clone() });
    }
    if route.method == Method::POST && !origin_is_allowed(function, call) {
        return Err(Failure::OriginNotAllowed);
    }
    function.handle(route.name, call).await
}

/// Whether a request came the way that all have to come, where there is one.
fn came_through_proxy<F: Function>(function: &F, call: &Call) -> bool {
    let Some(proxy) = &function.http().trusted_proxy else { return true };
    call.header(TrustedProxy::SECRET_HEADER).is_some_and(|presented| proxy.has_secret(presented))
}

/// Whether a request that changes something comes from a page that may ask for it. Without `Origin` no page is
/// behind it.
fn origin_is_allowed<F: Function>(function: &F, call: &Call) -> bool {
    call.header(ORIGIN.as_str()).is_none_or(|origin| function.http().allowed_origins.allows(origin))
}

fn message_of(panic: &(dyn Any + Send)) -> String {
    let message = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a panic: {}", message.unwrap_or("without a message"))
}

/// What a line of the log says of an answer.
struct Line {
    /// The route and not the path: a path holds whatever a caller writes into it.
    route: &'static str,
    status: u16,
    code: Option<&'static str>,
    cause: Option<String>,
    total_ms: f64,
}

fn log(call: &Call, line: &Line) {
    let Line { route, status, code, cause, total_ms } = line;
    let method = call.method.as_str();
    let request_id = call.request_id.as_str();
    let user_id = call.noted.user_id.get().map(UserId::as_str);
    let email_digest = call.noted.email_digest.get().map(String::as_str);
    // An address is personal data: it is told only where an operator may have to block it.
    let source = call.source.filter(|_| *status == StatusCode::TOO_MANY_REQUESTS).map(|source| source.to_string());
    let took = |stage| call.noted.stages.millis(stage);
    let (decode_ms, store_ms, argon2_ms) = (took(Stage::Decode), took(Stage::Store), took(Stage::Argon2));
    let (token_ms, encode_ms) = (took(Stage::Token), took(Stage::Encode));
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                request_id,
                method,
                route,
                status,
                code,
                total_ms,
                decode_ms,
                store_ms,
                argon2_ms,
                token_ms,
                encode_ms,
                user_id,
                email_digest,
                source,
                cause,
                "request"
            )
        };
    }
    if *status >= 500 { line!(error) } else { line!(info) }
}

#[cfg(test)]
mod tests {
    use lambda_http::http::Request;
    use lambda_http::{Body, RequestExt as _};

    use super::answer;
    use crate::http::stub::Stub;

    #[tokio::test]
    async fn a_panic_is_a_500_that_says_nothing_and_the_next_request_is_answered() {
        let function = Stub::new(|| panic!("on purpose"));
        let request = |path| Request::builder().uri(path).body(Body::Empty).unwrap().with_raw_http_path(path);
        for _ in 0..2 {
            let response = answer(&function, request("/stub")).await;
            assert_eq!(response.status(), 500);
            let Body::Text(body) = response.body() else { panic!("no text: {response:?}") };
            assert!(body.contains("internal_error") && !body.contains("on purpose"), "{body}");
        }
        assert_eq!(answer(&function, request("/other")).await.status(), 404);
    }
}
