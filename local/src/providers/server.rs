//! The server of all stand-ins.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{Request, Response, StatusCode};
use shared::clock::Stopwatch;
use shared::keys::SigningKey;
use tokio::net::TcpListener;

use super::answer::Answer;
use super::call::{Call, Pairs};
use super::desk::Desk;
use super::provider::Provider;
use super::trouble::LATE;
use super::{facebook, github, google, page, x};
use crate::addressee::Addressee;
use crate::server::Ended;

const MAX_BODY_BYTES: usize = 64 * 1024;
/// What is printed of a path that nobody has.
const UNKNOWN: &str = "an unknown path";

/// The stand-ins.
pub(super) struct Site {
    pub(super) desks: [Desk; 4],
    /// The key of Google's ID tokens.
    pub(super) key: SigningKey,
}

impl Site {
    /// Serves until it is ended.
    pub(super) async fn serve(self, listener: TcpListener, ended: Ended) {
        let router = Router::new().fallback(handle).with_state(Arc::new(self));
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(ended.wait()).await {
            tracing::error!("the pretend providers ended: {error}");
        }
    }

    /// The answer, and whether its path is one of theirs.
    fn answer(&self, path: &str, call: &Call) -> Option<Answer> {
        let desk = self.desks.iter().find_map(|desk| {
            let below = path.strip_prefix('/')?.strip_prefix(desk.provider.path())?;
            below.starts_with('/').then_some((desk, below))
        });
        let (desk, below) = desk?;
        match desk.provider {
            Provider::Google => google::answer(desk, &self.key, call, below),
            Provider::GitHub => github::answer(desk, call, below),
            Provider::Facebook => facebook::answer(desk, call, below),
            Provider::X => x::answer(desk, call, below),
        }
    }
}

async fn handle(State(site): State<Arc<Site>>, request: Request<Body>) -> Response<Body> {
    let stopwatch = Stopwatch::start();
    let (parts, body) = request.into_parts();
    // A page whose own name leads to this machine (DNS rebinding) must not read what is here.
    if !Addressee::of(&parts.uri, &parts.headers).is_some_and(|addressee| addressee.is_loopback()) {
        let text = "The pretend providers answer under the names of their own machine alone. Call them at 127.0.0.1.";
        return Answer::text(StatusCode::MISDIRECTED_REQUEST, text).into_response();
    }
    if let Some(file) = page::file(parts.uri.path()) {
        return file.into_response();
    }
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let (route, answer) = match read(parts, body).await {
        Ok(call) => match site.answer(&path, &call) {
            Some(answer) => (path.as_str(), answer),
            None => (UNKNOWN, Answer::text(StatusCode::NOT_FOUND, "The stand-in has nothing here.")),
        },
        Err(refusal) => (UNKNOWN, refusal),
    };
    let total_ms = stopwatch.elapsed().as_secs_f64() * 1000.0;
    let (method, status) = (method.as_str(), answer.status.as_u16());
    tracing::info!(method, route, status, code = answer.code, total_ms, "call to a pretend provider");
    if answer.is_late {
        tokio::time::sleep(LATE).await;
    }
    answer.into_response()
}

async fn read(parts: Parts, body: Body) -> Result<Call, Answer> {
    let refuse = |status, text: &str| Answer::text(status, text).because("invalid_request");
    let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_too_long_or_broken_off| {
        refuse(StatusCode::PAYLOAD_TOO_LARGE, "The body is too long, or breaks off.")
    })?;
    let query = Pairs::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let (Some(query), Some(form)) = (query, Pairs::parse(&body)) else {
        return Err(refuse(StatusCode::BAD_REQUEST, "A parameter comes twice."));
    };
    Ok(Call { method: parts.method, headers: parts.headers, query, form })
}
