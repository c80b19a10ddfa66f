//! The gateway's server.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest as _, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use shared::clock::Clock;
use shared::http::AllowedOrigins;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::cors::AllowedHeaders;
use super::incoming::Incoming;
use super::{Routes, cors, event, mails, outgoing, page};
use crate::addressee::Addressee;
use crate::functions::{InvocationError, InvokeError};
use crate::mails::Delivery;
use crate::server::Ended;

/// API Gateway's own limit.
const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;
/// API Gateway answers under the names of its API alone too.
const NOT_THIS_MACHINE: &str = "cargo dev answers under the names of its own machine alone. Call it at localhost, or let the \
                                proxy in front of it send localhost as Host.";
const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// The gateway in front of the functions.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) routes: Routes,
    pub(crate) allowed_origins: AllowedOrigins,
    /// The request headers that pages may send.
    pub(crate) allowed_headers: AllowedHeaders,
    /// A header that says where a request comes from in place of its connection.
    pub(crate) source_header: Option<HeaderName>,
    pub(crate) clock: Clock,
    /// How mails land in an inbox, if there is one.
    pub(crate) delivery: Option<Arc<Delivery>>,
}

impl Gateway {
    /// Serves until it is ended.
    pub(crate) async fn serve(self, listener: TcpListener, ended: Ended) {
        let router = Router::new().fallback(handle).with_state(self);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(ended.wait()).await {
            tracing::error!("the gateway ended: {error}");
        }
    }

    fn source_in(&self, headers: &HeaderMap) -> Option<IpAddr> {
        headers.get(self.source_header.as_ref()?)?.to_str().ok()?.parse().ok()
    }

    /// The answer of the function, or the one that API Gateway gives by itself. The page is the gateway's too.
    async fn answer(&self, incoming: Incoming) -> Response<Body> {
        if let Some(file) = page::file(&incoming.method, incoming.uri.path()) {
            return file;
        }
        if let Some(delivery) = &self.delivery
            && let Some(mails) = mails::answer(delivery, &incoming.method, incoming.uri.path(), &incoming.headers).await
        {
            return mails;
        }
        let Some((route, invoke)) = self.routes.find(&incoming.method, incoming.uri.path()) else {
            return own_answer(StatusCode::NOT_FOUND, "Not Found");
        };
        let event = event::event(&incoming, &route);
        let request_id = incoming.request_id.as_str();
        // A panic on the way ends this task and nothing else, as it ends an invocation and not the API.
        match tokio::spawn(invoke(event)).await {
            Ok(Ok(answer)) => outgoing::response(&answer)
                .inspect_err(|error| {
                    tracing::error!(request_id, "API Gateway would not take the function's answer: {error}");
                })
                .ok(),
            Ok(Err(error)) => {
                tracing::error!(request_id, "{error}");
                if matches!(error, InvokeError::Program(InvocationError::TimedOut)) {
                    return own_answer(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable");
                }
                None
            }
            Err(error) => {
                tracing::error!(request_id, "the function ended early: {error}");
                None
            }
        }
        .unwrap_or_else(|| own_answer(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"))
    }
}

async fn handle(
    State(gateway): State<Gateway>,
    ConnectInfo(source): ConnectInfo<SocketAddr>,
    request: Request<Body>,
) -> Response<Body> {
    let request_id = Uuid::now_v7().to_string();
    let (parts, body) = request.into_parts();
    let headers = parts.headers.clone();
    let mut response = if !Addressee::of(&parts.uri, &headers).is_some_and(|addressee| addressee.is_loopback()) {
        own_answer(StatusCode::MISDIRECTED_REQUEST, NOT_THIS_MACHINE)
    } else if cors::is_preflight(&parts.method, &headers) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let (origins, methods) = (&gateway.allowed_origins, gateway.routes.methods());
        cors::allow_request(origins, &methods, &gateway.allowed_headers, &headers, response.headers_mut());
        response
    } else {
        let mut response = match read(body).await {
            Ok(body) => {
                let incoming = Incoming {
                    method: parts.method,
                    uri: parts.uri,
                    headers: parts.headers,
                    body,
                    source: gateway.source_in(&headers).unwrap_or(source.ip()),
                    request_id: request_id.clone(),
                    time: gateway.clock.now(),
                };
                gateway.answer(incoming).await
            }
            Err(refusal) => refusal,
        };
        cors::allow_response(&gateway.allowed_origins, &headers, response.headers_mut());
        response
    };
    if let Ok(request_id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    response
}

/// The body, or what API Gateway itself answers to one that is too long or does not arrive whole.
async fn read(body: Body) -> Result<Bytes, Response<Body>> {
    let mut request = Request::new(body);
    DefaultBodyLimit::max(MAX_BODY_BYTES).apply(&mut request);
    Bytes::from_request(request, &()).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => own_answer(StatusCode::PAYLOAD_TOO_LARGE, "Request Too Long"),
        _ => own_answer(StatusCode::BAD_REQUEST, "Bad Request"),
    })
}

pub(super) fn own_answer(status: StatusCode, message: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{{\"message\":\"{message}\"}}")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io;
    use std::net::SocketAddr;
    use std::sync::Arc;

    use axum::body::{Body, Bytes, to_bytes};
    use axum::extract::{ConnectInfo, State};
    use axum::http::header::HOST;
    use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
    use futures_util::{FutureExt as _, stream};
    use serde_json::value::to_raw_value;
    use serde_json::{Value, json};
    use shared::clock::Clock;
    use shared::environment::Environment;
    use shared::http::AllowedOrigins;

    use super::{Gateway, MAX_BODY_BYTES, handle};
    use crate::functions::{FUNCTIONS, Invoke};
    use crate::gateway::{AllowedHeaders, Routes};

    /// A function that answers with its name and the method it was called with.
    fn named(name: &'static str) -> Invoke {
        Arc::new(move |event: Value| {
            let body = format!("{name} {}", event["requestContext"]["http"]["method"].as_str().unwrap());
            async move { Ok(to_raw_value(&json!({"statusCode": 200, "body": body}))?) }.boxed()
        })
    }

    fn gateway() -> Gateway {
        let functions = FUNCTIONS.map(|function| ((function.routes)(), named(function.name)));
        let mut routes = Routes::new(functions.into());
        routes.add("/notes", named("notes"));
        routes.add("/notes/old", named("old notes"));
        let allowed_headers = AllowedHeaders::read(&Environment::default()).unwrap();
        let (allowed_origins, clock) = (AllowedOrigins::Loopback, Clock::system());
        Gateway { routes, allowed_origins, allowed_headers, source_header: None, clock, delivery: None }
    }

    async fn call(gateway: Gateway, mut request: Request<Body>) -> (StatusCode, HeaderMap, String) {
        request.headers_mut().entry(HOST).or_insert(HeaderValue::from_static("localhost:3000"));
        let source = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1)));
        let (parts, body) = handle(State(gateway), source, request).await.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn methods_and_paths_lead_to_functions() {
        const NONE: &str = r#"{"message":"Not Found"}"#;
        for (method, path, answer) in [
            ("POST", "/auth/signup", "signup POST"),
            ("DELETE", "/auth/signup", NONE),
            ("POST", "/auth/signup/", NONE),
            ("POST", "/auth/login?next=/auth/me", "login POST"),
            ("GET", "/auth/login", NONE),
            ("OPTIONS", "/auth/login", NONE),
            ("GET", "/auth/me", "me GET"),
            ("HEAD", "/auth/me", NONE),
            ("POST", "/auth/logout", "sessions POST"),
            ("GET", "/auth/anything/else", NONE),
            ("GET", "/.well-known/jwks.json", "me GET"),
            ("POST", "/api:aB3/auth/signup", "signup POST"),
            ("POST", "/api:aB3:v2/auth/login", "login POST"),
            ("GET", "/api:aB3/auth/me", "me GET"),
            ("POST", "/api:aB3/auth/logout", NONE),
            ("GET", "/other/auth/me", NONE),
            ("GET", "/notes", "notes GET"),
            ("PUT", "/notes/me?a=b", "notes PUT"),
            ("GET", "/notes/older", "notes GET"),
            ("GET", "/notes/old/1", "old notes GET"),
            ("GET", "/notesandmore", NONE),
            ("POST", "/", NONE),
            ("GET", "/page/", NONE),
            ("GET", "/auth", NONE),
            ("GET", "/authority/me", NONE),
        ] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let (_status, headers, body) = call(gateway(), request).await;
            assert_eq!(body, answer, "{method} {path}");
            assert!(headers.contains_key("apigw-requestid"), "{method} {path}");
        }
    }

    #[tokio::test]
    async fn whoever_calls_this_machine_by_another_name_gets_nothing() {
        let preflight = [("access-control-request-method", "POST"), ("origin", "http://localhost:5173")];
        for (method, path, headers) in [
            ("GET", "/", &[][..]),
            ("GET", "/page/page.js", &[]),
            ("GET", "/openapi.yaml", &[]),
            ("GET", "/auth/me", &[]),
            ("POST", "/auth/login", &[]),
            ("GET", "/notes", &[]),
            ("GET", "/nowhere", &[]),
            ("OPTIONS", "/auth/login", &preflight),
        ] {
            let request = |host: &str| {
                let request = Request::builder().method(method).uri(path).header(HOST, host);
                let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
                request.body(Body::empty()).unwrap()
            };
            for host in ["evil.example:3000", "localhost.evil.example", "192.0.2.1:3000", ""] {
                let (status, headers, body) = call(gateway(), request(host)).await;
                assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{method} {path} {host}");
                assert!(
                    body.starts_with(r#"{"message":"cargo dev answers"#) && body.contains("at localhost"),
                    "{body}"
                );
                assert!(headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{headers:?}");
            }
            for host in ["localhost:3000", "app.localhost", "127.0.0.1:3000", "127.0.0.9:3000", "[::1]:3000"] {
                let (status, ..) = call(gateway(), request(host)).await;
                assert_ne!(status, StatusCode::MISDIRECTED_REQUEST, "{method} {path} {host}");
            }
        }
    }

    #[tokio::test]
    async fn a_preflight_reaches_no_function() {
        let request = Request::options("/auth/login").header("origin", "http://localhost:5173");
        let request = request.header("access-control-request-method", "POST").body(Body::empty()).unwrap();
        let (status, headers, body) = call(gateway(), request).await;
        assert_eq!((status, body.as_str()), (StatusCode::NO_CONTENT, ""));
        assert_eq!(headers["access-control-allow-origin"], "http://localhost:5173");
        let methods: BTreeSet<_> = headers["access-control-allow-methods"].to_str().unwrap().split(',').collect();
        assert!(methods.is_superset(&["GET", "OPTIONS", "POST"].into()) && !methods.contains("TRACE"), "{methods:?}");
    }

    #[tokio::test]
    async fn a_body_over_the_limit_of_api_gateway_is_413() {
        for (bytes, expected) in [(MAX_BODY_BYTES, StatusCode::OK), (MAX_BODY_BYTES + 1, StatusCode::PAYLOAD_TOO_LARGE)]
        {
            let request = Request::post("/auth/login").header("origin", "http://localhost:5173");
            let request = request.body(Body::from(vec![b'x'; bytes])).unwrap();
            let (status, headers, body) = call(gateway(), request).await;
            assert_eq!(status, expected);
            assert_eq!(headers["access-control-allow-origin"], "http://localhost:5173");
            assert_eq!(
                body == r#"{"message":"Request Too Long"}"#,
                expected == StatusCode::PAYLOAD_TOO_LARGE,
                "{body}"
            );
        }
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_400() {
        let broken = stream::once(async { Err::<Bytes, _>(io::Error::other("the client is gone")) });
        let request = Request::post("/auth/login").body(Body::from_stream(broken)).unwrap();
        let (status, _headers, body) = call(gateway(), request).await;
        assert_eq!((status, body.as_str()), (StatusCode::BAD_REQUEST, r#"{"message":"Bad Request"}"#));
    }
}
