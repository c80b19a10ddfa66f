//! `GET /mails`: what landed in the inbox of `cargo dev`, for the page and for an app's own end-to-end tests. A deployment has
//! no such route.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use super::serve::own_answer;
use crate::mails::Delivery;

const PATH: &str = "/mails";
const FOREIGN: &str = "Mails hold codes. Only this page and programs without an Origin may read them.";

/// The mails, newest first, or `None` if something else is asked for.
pub(super) async fn answer(
    delivery: &Delivery,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Option<Response<Body>> {
    if path != PATH || *method != Method::GET {
        return None;
    }
    if is_foreign(headers) {
        return Some(own_answer(StatusCode::FORBIDDEN, FOREIGN));
    }
    let mails = serde_json::to_vec(&delivery.mails().await).ok()?;
    let mut response = Response::new(Body::from(mails));
    for (name, value) in
        [(CONTENT_TYPE, "application/json"), (X_CONTENT_TYPE_OPTIONS, "nosniff"), (CACHE_CONTROL, "no-store")]
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Some(response)
}

/// Whether a page of another origin asks.
fn is_foreign(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return false };
    let own = headers.get(HOST).and_then(|host| host.to_str().ok()).map(|host| format!("http://{host}"));
    own.is_none_or(|own| own.as_bytes() != origin.as_bytes())
}
