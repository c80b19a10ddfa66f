//! DynamoDB's API over HTTP, for those who are let in.

use std::net::IpAddr;
use std::sync::Arc;

use aws_sdk_dynamodb::config::Credentials;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, Response, StatusCode};
use dynoxide::Database;
use tokio::net::TcpListener;

use super::operations;
use super::refusal::Refusal;
use super::signature;
use crate::addressee::Addressee;
use crate::server::Ended;

/// DynamoDB's own limit for a request.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
const TARGETS: [&str; 2] = ["DynamoDB_20120810.", "DynamoDBStreams_20120810."];
/// What containers call the machine that they run on. Nobody can register names below `internal`.
const CONTAINERS_HOST: [&str; 2] = ["host.docker.internal", "host.containers.internal"];

/// The API of a database. It answers no browser: it sends no CORS header, refuses whatever has an `Origin`, or the `Host` of
/// another machine, and takes only requests that are signed with its key.
pub(super) struct Api {
    pub(super) database: Database,
    pub(super) key: Credentials,
    /// Where it listens.
    pub(super) address: IpAddr,
}

impl Api {
    /// Serves until it is ended.
    pub(super) async fn serve(self, listener: TcpListener, ended: Ended) {
        let router = Router::new().fallback(handle).with_state(Arc::new(self));
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(ended.wait()).await {
            tracing::error!("the embedded DynamoDB ended: {error}");
        }
    }

    async fn answer(&self, parts: Parts, body: Body) -> Result<Vec<u8>, Refusal> {
        if !Addressee::of(&parts.uri, &parts.headers).is_some_and(|addressee| self.is(&addressee)) {
            let message = "This DynamoDB is for the machine that it runs on: call it at 127.0.0.1 or localhost.";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "AccessDeniedException", message));
        }
        if parts.headers.contains_key(ORIGIN) {
            let message = "This DynamoDB answers no web page: call it from a program, without an Origin header.";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "AccessDeniedException", message));
        }
        let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_too_long_or_broken_off| {
            Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestEntityTooLarge",
                "The request is too long, or breaks off.",
            )
        })?;
        signature::verify(&parts, &body, &self.key)?;
        let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
        let operation = TARGETS.iter().find_map(|prefix| target.strip_prefix(prefix)).unwrap_or_default();
        let Some(outcome) = operations::run(&self.database, operation, &body) else {
            let message = format!("There is no operation {target:?} here.");
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "UnknownOperationException", message));
        };
        outcome.map_err(|error| Refusal::of(&error))
    }

    /// Whether that is this DynamoDB.
    fn is(&self, addressee: &Addressee) -> bool {
        match addressee {
            _ if addressee.is_loopback() => true,
            Addressee::Address(address) => *address == self.address || self.address.is_unspecified(),
            Addressee::Name(name) => CONTAINERS_HOST.contains(&name.as_str()),
        }
    }
}

async fn handle(State(api): State<Arc<Api>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let (status, body) = match api.answer(parts, body).await {
        Ok(answer) => (StatusCode::OK, answer),
        Err(refusal) => (refusal.status, refusal.body),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    response
}
