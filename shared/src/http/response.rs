//! Making responses.

use lambda_http::Body;
use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use lambda_http::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;

/// Serialising these types cannot fail: they hold strings and numbers under names of their own.
pub(super) fn json(status: StatusCode, content_type: &'static str, body: &impl Serialize) -> Response<Body> {
    with_body(status, content_type, serde_json::to_string(body).unwrap_or_default())
}

pub(super) fn with_body(status: StatusCode, content_type: &'static str, body: String) -> Response<Body> {
    let mut response = empty(status);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    *response.body_mut() = Body::Text(body);
    response
}

/// Nothing is cached and no type is guessed, unless the response says otherwise.
pub(super) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = status;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Adds a header. Every value that comes here is ASCII that we made, so none is ever left out.
pub(super) fn put(response: &mut Response<Body>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
}

/// Sets the header that says how a response may be cached.
pub(super) fn cache(response: &mut Response<Body>, how: &'static str) {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(how));
}
