//! CORS, as API Gateway does it: preflights never reach a function, and the headers are the gateway's.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use shared::http::AllowedOrigins;

const ALLOWED_HEADERS: &str = "authorization,content-type,x-token-transport,x-requested-with,x-xano-authorization,\
                               x-xano-authorization-only,x-data-source,x-branch";
const EXPOSED_HEADERS: &str = "retry-after,www-authenticate,apigw-requestid";

/// Whether a browser asks what it may send.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Adds what a browser wants to know before it sends the request itself.
pub(super) fn allow_request(origins: &AllowedOrigins, request: &HeaderMap, response: &mut HeaderMap) {
    if allow_origin(origins, request, response) {
        response.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET,POST,OPTIONS"));
        response.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ALLOWED_HEADERS));
        response.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("300"));
    }
}

/// Adds what a browser wants to know before it shows the answer to the page. What a function says about it is
/// dropped, as API Gateway drops it.
pub(super) fn allow_response(origins: &AllowedOrigins, request: &HeaderMap, response: &mut HeaderMap) {
    for name in [
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS,
    ] {
        response.remove(name);
    }
    if allow_origin(origins, request, response) {
        response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
    }
}

fn allow_origin(origins: &AllowedOrigins, request: &HeaderMap, response: &mut HeaderMap) -> bool {
    let Some(origin) = request.get(ORIGIN) else { return false };
    if !origin.to_str().is_ok_and(|origin| origins.allows(origin)) {
        return false;
    }
    if origins.allow_credentials() {
        response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        response.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        response.append(VARY, HeaderValue::from_static("Origin"));
    } else {
        response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    true
}
