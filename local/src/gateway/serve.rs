//! The gateway's server.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use shared::clock::Clock;
use shared::http::AllowedOrigins;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::function::{Functions, Invoke};
use super::incoming::Incoming;
use super::{PayloadFormat, cors, event_v1, event_v2, outgoing};
use crate::server::Ended;

/// API Gateway's own limit.
const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;
const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// The gateway in front of the functions.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) functions: Functions,
    pub(crate) allowed_origins: AllowedOrigins,
    pub(crate) payload_format: PayloadFormat,
    pub(crate) clock: Clock,
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

    /// The function behind a path: what is below `/auth/` and has no function of its own belongs to `me`.
    fn function_at(&self, path: &str) -> Option<&Invoke> {
        match path.strip_suffix('/').unwrap_or(path) {
            "/auth/signup" => Some(&self.functions.signup),
            "/auth/login" => Some(&self.functions.login),
            path if path.starts_with("/auth/") || path.starts_with("/.well-known/") => Some(&self.functions.me),
            _ => None,
        }
    }

    /// The answer of the function, or the one that API Gateway gives by itself.
    async fn answer(&self, incoming: Incoming) -> Response<Body> {
        let Some(invoke) = self.function_at(incoming.uri.path()) else {
            return own_answer(StatusCode::NOT_FOUND, "Not Found");
        };
        let event = match self.payload_format {
            PayloadFormat::V1 => event_v1::event(&incoming),
            PayloadFormat::V2 => event_v2::event(&incoming),
        };
        // A panic on the way ends this task and nothing else, as it ends an invocation and not the API.
        match tokio::spawn(invoke(event)).await {
            Ok(Ok(answer)) => outgoing::response(answer),
            Ok(Err(error)) => {
                tracing::error!("the event or its answer is not what API Gateway would send or take: {error}");
                None
            }
            Err(error) => {
                tracing::error!("the function ended early: {error}");
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
    let mut response = if cors::is_preflight(&parts.method, &parts.headers) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        cors::allow_request(&gateway.allowed_origins, &parts.headers, response.headers_mut());
        response
    } else if let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await {
        let headers = parts.headers.clone();
        let incoming = Incoming {
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            body,
            source: source.ip(),
            request_id: request_id.clone(),
            time: gateway.clock.now(),
        };
        let mut response = gateway.answer(incoming).await;
        cors::allow_response(&gateway.allowed_origins, &headers, response.headers_mut());
        response
    } else {
        own_answer(StatusCode::PAYLOAD_TOO_LARGE, "Request Too Long")
    };
    if let Ok(request_id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    response
}

fn own_answer(status: StatusCode, message: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{{\"message\":\"{message}\"}}")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
