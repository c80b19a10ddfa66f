//! Errors on the wire: RFC 9457.

use lambda_http::http::StatusCode;
use serde::Serialize;

use crate::http::{Failure, FieldError};
use crate::tokens::TokenFault;

/// A problem details object with the extensions `code`, `errors` and `requestId`. Its type is `about:blank`: the
/// status says what kind of problem it is, and `code` which one.
#[derive(Debug, Serialize)]
pub(super) struct Problem<'f> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem<'f>>,
    #[serde(rename = "requestId", skip_serializing_if = "Option::is_none")]
    request_id: Option<&'f str>,
}

#[derive(Debug, Serialize)]
struct FieldProblem<'f> {
    field: &'static str,
    code: &'static str,
    detail: &'f str,
}

impl<'f> Problem<'f> {
    /// The status and the body of a failure. What is behind a 5xx stays here; a 500 shows the request's id instead,
    /// which leads to the line in the log that says it.
    pub(super) fn of_failure(failure: &'f Failure, request_id: &'f str) -> (StatusCode, Self) {
        let (status, code, detail) = describe(failure);
        let errors = match failure {
            Failure::InvalidFields(errors) => errors.iter().map(FieldProblem::of_error).collect(),
            _ => Vec::new(),
        };
        let title = status.canonical_reason().unwrap_or_default();
        let request_id = matches!(failure, Failure::Internal(_)).then_some(request_id);
        (status, Self { kind: "about:blank", title, status: status.as_u16(), detail, code, errors, request_id })
    }
}

impl<'f> FieldProblem<'f> {
    fn of_error(error: &'f FieldError) -> Self {
        Self { field: error.field, code: error.invalid.code, detail: &error.invalid.detail }
    }
}

/// The stable word for a failure.
pub(super) fn code(failure: &Failure) -> &'static str {
    describe(failure).1
}

/// What another dialect says in our words too.
pub(super) fn detail(failure: &Failure) -> String {
    describe(failure).2
}

fn describe(failure: &Failure) -> (StatusCode, &'static str, String) {
    let (status, code, detail) = match failure {
        Failure::MalformedEvent => {
            (StatusCode::BAD_REQUEST, "malformed_request", "Send a well-formed host, query and body encoding.")
        }
        Failure::NotFound => (StatusCode::NOT_FOUND, "not_found", "There is nothing at this path."),
        Failure::MethodNotAllowed { allowed } => {
            let detail = format!("Use {allowed} for this path.");
            return (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
        }
        Failure::OriginNotAllowed => {
            (StatusCode::FORBIDDEN, "origin_not_allowed", "Pages of this origin may not call this API.")
        }
        Failure::ProxyRequired => {
            (StatusCode::FORBIDDEN, "origin_required", "Call this API at its public address, not at its origin.")
        }
        Failure::UnknownTransport => (
            StatusCode::BAD_REQUEST,
            "unknown_token_transport",
            "Send X-Token-Transport as cookie or body, or not at all.",
        ),
        Failure::TransportRequired => (
            StatusCode::BAD_REQUEST,
            "token_transport_required",
            "Send X-Token-Transport: cookie to end all tokens by cookie.",
        ),
        Failure::NoIssuer => {
            (StatusCode::BAD_REQUEST, "no_issuer", "This deployment does not know its own address. Tell its operator.")
        }
        Failure::BodyTooLarge { max_bytes } => {
            let detail = format!("Send a body of at most {max_bytes} bytes.");
            return (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail);
        }
        Failure::UnsupportedMediaType => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Send the body as JSON, with Content-Type: application/json.",
        ),
        Failure::MalformedBody => {
            (StatusCode::BAD_REQUEST, "malformed_body", "Send one JSON object in UTF-8 in which every key stands once.")
        }
        Failure::InvalidFields(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "validation_failed", "Correct the fields listed in errors.")
        }
        Failure::InvalidCredentials => {
            (StatusCode::UNAUTHORIZED, "invalid_credentials", "The email address or the password is wrong.")
        }
        Failure::TooManyAttempts(_) => {
            (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", "Try again after the time in Retry-After.")
        }
        Failure::Unauthenticated(TokenFault::Missing) => {
            (StatusCode::UNAUTHORIZED, "missing_token", "Send a token, as Authorization: Bearer or in the cookie.")
        }
        Failure::Unauthenticated(TokenFault::Expired) => {
            (StatusCode::UNAUTHORIZED, "expired_token", "The token has expired. Log in again.")
        }
        Failure::Unauthenticated(TokenFault::UnknownKey | TokenFault::Invalid) => {
            (StatusCode::UNAUTHORIZED, "invalid_token", "The token is not valid. Log in again.")
        }
        Failure::EmailTaken => {
            (StatusCode::CONFLICT, "email_taken", "An account with this email address exists. Log in instead.")
        }
        Failure::NoKeysYet => (
            StatusCode::SERVICE_UNAVAILABLE,
            "no_keys_yet",
            "The signing keys do not exist yet. The first sign-up makes them.",
        ),
        Failure::Unavailable(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Try again after the time in Retry-After.")
        }
        Failure::Internal(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "Something is wrong on our side. Quote the request id when you report it.",
        ),
    };
    (status, code, detail.to_owned())
}
