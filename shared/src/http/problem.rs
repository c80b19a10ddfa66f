//! Errors that a client can act on: RFC 9457.

use lambda_http::http::StatusCode;

/// An error that a route can give. It is declared as a constant beside the code that gives it, and named by every route
/// that can ([`Route::gives`](super::Route::gives)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The status of the response.
    pub status: StatusCode,
    /// The stable word that a program can act on.
    pub code: &'static str,
    /// A sentence that says what to do.
    pub detail: &'static str,
    /// The value of `WWW-Authenticate`, which every 401 has (RFC 9110 11.6.1).
    pub challenge: Option<&'static str>,
}

impl Problem {
    /// A problem that is not a 401.
    #[must_use]
    pub const fn new(status: StatusCode, code: &'static str, detail: &'static str) -> Self {
        Self { status, code, detail, challenge: None }
    }

    /// A 401 with this challenge (RFC 6750 3).
    #[must_use]
    pub const fn unauthorized(challenge: &'static str, code: &'static str, detail: &'static str) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, code, detail, challenge: Some(challenge) }
    }
}

/// The event is not an HTTP API's, or no request can be made of it.
pub const MALFORMED_REQUEST: Problem =
    Problem::new(StatusCode::BAD_REQUEST, "malformed_request", "Send a well-formed host, query and body encoding.");
/// No route has this path.
pub const NOT_FOUND: Problem = Problem::new(StatusCode::NOT_FOUND, "not_found", "There is nothing at this path.");
/// The path has routes, and none for this method. The response names those there are.
pub const METHOD_NOT_ALLOWED: Problem =
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Use another method for this path.");
/// A page of an origin that is not on the list asked for something that changes something.
pub const ORIGIN_NOT_ALLOWED: Problem =
    Problem::new(StatusCode::FORBIDDEN, "origin_not_allowed", "Pages of this origin may not call this API.");
/// The request did not come through the proxy that all must come through, or the proxy does not say from where.
pub const ORIGIN_REQUIRED: Problem =
    Problem::new(StatusCode::FORBIDDEN, "origin_required", "Call this API at its public address, not at its origin.");
/// `X-Token-Transport` names no transport.
pub const UNKNOWN_TOKEN_TRANSPORT: Problem = Problem::new(
    StatusCode::BAD_REQUEST,
    "unknown_token_transport",
    "Send X-Token-Transport as cookie or body, or not at all.",
);
/// A token in a cookie, without the header that only a page of an allowed origin can send.
pub const TOKEN_TRANSPORT_REQUIRED: Problem = Problem::new(
    StatusCode::BAD_REQUEST,
    "token_transport_required",
    "Send X-Token-Transport: cookie to use the token in the cookie.",
);
/// Neither the configuration nor the event says who issues the tokens.
pub const NO_ISSUER: Problem = Problem::new(
    StatusCode::BAD_REQUEST,
    "no_issuer",
    "This deployment does not know its own address. Tell its operator.",
);
/// New accounts are made by operators alone.
pub const SIGNUP_CLOSED: Problem = Problem::new(
    StatusCode::FORBIDDEN,
    "signup_closed",
    "Nobody can sign up here. Ask the people who run this for an account.",
);
/// The body is larger than any good one.
pub const BODY_TOO_LARGE: Problem =
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "Send a body of at most 8192 bytes.");
/// The body is not of type `application/json`.
pub const UNSUPPORTED_MEDIA_TYPE: Problem = Problem::new(
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    "unsupported_media_type",
    "Send the body as JSON, with Content-Type: application/json.",
);
/// The body is not a JSON object, or it has a key twice.
pub const MALFORMED_BODY: Problem = Problem::new(
    StatusCode::BAD_REQUEST,
    "malformed_body",
    "Send one JSON object in UTF-8 in which every key stands once.",
);
/// The query has a name twice, or bytes that are not UTF-8.
pub const MALFORMED_QUERY: Problem =
    Problem::new(StatusCode::BAD_REQUEST, "malformed_query", "Send a query in UTF-8 in which every name stands once.");
/// Members are missing, of the wrong type, or against the rules. The response lists every one in `errors`.
pub const VALIDATION_FAILED: Problem =
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "validation_failed", "Correct the fields listed in errors.");
/// Somebody has tried too often.
pub const TOO_MANY_ATTEMPTS: Problem =
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", "Try again after the time in Retry-After.");
/// Something that this depends on is away.
pub const UNAVAILABLE: Problem =
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Try again after the time in Retry-After.");
/// A bug, or data that this program did not write.
pub const INTERNAL_ERROR: Problem = Problem::new(
    StatusCode::INTERNAL_SERVER_ERROR,
    "internal_error",
    "Something is wrong on our side. Quote the request id when you report it.",
);
