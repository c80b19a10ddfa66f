//! The way from a request to its answer, the same for every function.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use lambda_http::http::header::ORIGIN;
use lambda_http::http::{Method, Response};
use lambda_http::{Body, Request};

use super::problem::Problem;
use super::{Call, Failure, Function, Success, encode};
use crate::error_chain::with_causes;

/// Answers one request and writes its line of the log. It never fails and never panics: what goes wrong is an answer
/// too.
pub async fn answer<F: Function>(function: &F, request: Request) -> Response<Body> {
    let started = function.now();
    let call = Call::of_request(request, function.http());
    let route = function.routes().iter().find(|route| route.path == call.path);
    let decided = AssertUnwindSafe(decide(function, &call)).catch_unwind().await;
    let outcome = decided.unwrap_or_else(|panic| Err(Failure::Internal(message_of(panic.as_ref()).into())));
    let response = match &outcome {
        Ok(success) => encode::success(success, &function.http().cookie),
        Err(failure) => encode::failure(failure, &call.request_id),
    };
    let millis = function.now().millis_since(started).unwrap_or_default();
    log(&call, route.map_or("none", |route| route.path), &outcome, response.status().as_u16(), millis);
    response
}

async fn decide<F: Function>(function: &F, call: &Call) -> Result<Success, Failure> {
    let route = function.routes().iter().find(|route| route.path == call.path).ok_or(Failure::NotFound)?;
    if call.method != route.method {
        return Err(Failure::MethodNotAllowed { allowed: route.method.clone() });
    }
    if route.method == Method::POST && !origin_is_allowed(function, call) {
        return Err(Failure::OriginNotAllowed);
    }
    function.handle(route.name, call).await
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

/// The route and not the path is logged: a path holds whatever a caller writes into it.
fn log(call: &Call, route: &str, outcome: &Result<Success, Failure>, status: u16, millis: u64) {
    let failure = outcome.as_ref().err();
    let code = failure.map(|failure| Problem::of_failure(failure, "").1.code);
    let cause = failure.map(|failure| with_causes(failure));
    let method = call.method.as_str();
    let request_id = call.request_id.as_str();
    let user_id = call.noted.user_id.get().map(crate::domain::UserId::as_str);
    let email_digest = call.noted.email_digest.get().map(String::as_str);
    if status >= 500 {
        tracing::error!(request_id, method, route, status, code, millis, user_id, email_digest, cause, "request");
    } else {
        tracing::info!(request_id, method, route, status, code, millis, user_id, email_digest, cause, "request");
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::Body;
    use lambda_http::http::{Method, Request};

    use super::answer;
    use crate::clock::Timestamp;
    use crate::http::{AllowedOrigins, Call, CookieConfig, Failure, Function, HttpConfig, Route, SameSite, Success};

    struct Panicking(HttpConfig);

    impl Function for Panicking {
        type Name = ();

        fn routes(&self) -> &'static [Route<()>] {
            const ROUTES: &[Route<()>] = &[Route { path: "/panic", method: Method::GET, name: () }];
            ROUTES
        }

        fn http(&self) -> &HttpConfig {
            &self.0
        }

        fn now(&self) -> Timestamp {
            Timestamp::from_millis(0)
        }

        async fn warm_up(&self) {}

        async fn handle(&self, _name: (), _call: &Call) -> Result<Success, Failure> {
            panic!("on purpose")
        }
    }

    #[tokio::test]
    async fn a_panic_is_a_500_that_says_nothing_and_the_next_request_is_answered() {
        let cookie = CookieConfig::host_only(SameSite::Lax);
        let function = Panicking(HttpConfig { allowed_origins: AllowedOrigins::Any, cookie, issuer: None });
        let request = |path| Request::builder().uri(path).body(Body::Empty).unwrap();
        for _ in 0..2 {
            let response =
                answer(&function, lambda_http::RequestExt::with_raw_http_path(request("/panic"), "/panic")).await;
            assert_eq!(response.status(), 500);
            let Body::Text(body) = response.body() else { panic!("no text: {response:?}") };
            assert!(body.contains("internal_error") && !body.contains("on purpose"), "{body}");
        }
        assert_eq!(answer(&function, request("/other")).await.status(), 404);
    }
}
