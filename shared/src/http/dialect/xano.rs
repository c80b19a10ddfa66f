//! Xano's dialect, to the letter where a front end could depend on it.

use lambda_http::Body;
use lambda_http::http::header::RETRY_AFTER;
use lambda_http::http::{Response, StatusCode};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::{Value, json};

use super::problem;
use super::response::{empty, json as json_response, put};
use crate::domain::{Name, User, UserId};
use crate::http::{Failure, FieldError, Success};
use crate::tokens::{IssuedToken, TokenFault};

#[derive(Serialize)]
struct ErrorBody {
    code: &'static str,
    message: String,
    payload: Value,
}

/// The answer to a request that succeeded. Xano says 200 for all.
pub(super) fn success(success: &Success) -> Response<Body> {
    match success {
        Success::SignedUp { token, user_id, .. } | Success::LoggedIn { token, user_id, .. } => {
            token_answer(token, user_id)
        }
        Success::Known(user) => user_answer(user),
        // Xano's dialect has neither of these routes.
        Success::LoggedOut(_) | Success::Document(_) => empty(StatusCode::OK),
    }
}

/// The answer to a request that failed.
pub(super) fn failure(failure: &Failure) -> Response<Body> {
    let (status, code) = status_and_code(failure);
    let (message, payload) = match failure {
        Failure::InvalidFields(errors) => match errors.first() {
            Some(error) => (field_message(error), json!({"param": error.field})),
            None => (problem::detail(failure), json!("")),
        },
        Failure::Unauthenticated(fault) => (token_message(*fault).to_owned(), json!("")),
        Failure::InvalidCredentials => ("Invalid Credentials.".to_owned(), json!("")),
        Failure::EmailTaken => ("This account is already in use.".to_owned(), json!("")),
        Failure::UnsupportedMediaType => ("Send the body as JSON or as a form.".to_owned(), json!("")),
        _ => (problem::detail(failure), json!("")),
    };
    let mut response = json_response(status, "application/json", &ErrorBody { code, message, payload });
    if let Failure::TooManyAttempts(refusal) = failure {
        put(&mut response, RETRY_AFTER, &refusal.retry_after_seconds.to_string());
    }
    response
}

fn status_and_code(failure: &Failure) -> (StatusCode, &'static str) {
    match failure {
        Failure::InvalidFields(errors) if errors.first().is_some_and(|error| error.invalid.code != "wrong_type") => {
            (StatusCode::BAD_REQUEST, "ERROR_CODE_INPUT_ERROR")
        }
        Failure::InvalidFields(_)
        | Failure::MalformedEvent
        | Failure::MethodNotAllowed { .. }
        | Failure::UnknownTransport
        | Failure::TransportRequired
        | Failure::NoIssuer
        | Failure::BodyTooLarge { .. }
        | Failure::UnsupportedMediaType
        | Failure::MalformedBody => (StatusCode::BAD_REQUEST, "ERROR_CODE_BAD_REQUEST"),
        Failure::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "ERROR_CODE_UNAUTHORIZED"),
        Failure::InvalidCredentials | Failure::EmailTaken | Failure::OriginNotAllowed | Failure::ProxyRequired => {
            (StatusCode::FORBIDDEN, "ERROR_CODE_ACCESS_DENIED")
        }
        Failure::TooManyAttempts(_) => (StatusCode::TOO_MANY_REQUESTS, "ERROR_CODE_TOO_MANY_REQUESTS"),
        Failure::NotFound => (StatusCode::NOT_FOUND, "ERROR_CODE_NOT_FOUND"),
        Failure::NoKeysYet | Failure::Unavailable(_) | Failure::Internal(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "ERROR_FATAL")
        }
    }
}

fn field_message(error: &FieldError) -> String {
    let FieldError { field, invalid } = error;
    match (invalid.code, invalid.limit) {
        ("required", _) => format!("Missing param: {field}"),
        ("too_short", Some(limit)) => {
            format!("Input does not meet minimum length requirement of {limit} characters")
        }
        ("too_weak", _) => format!("Weak password detected. {}", invalid.detail),
        _ => invalid.detail.clone(),
    }
}

fn token_message(fault: TokenFault) -> &'static str {
    match fault {
        TokenFault::Missing => "Unauthorized - Authentication Required",
        TokenFault::Expired => "This token is expired.",
        TokenFault::UnknownKey | TokenFault::Invalid => "Invalid token.",
    }
}

fn token_answer(issued: &IssuedToken, user_id: &UserId) -> Response<Body> {
    let body = json!({"authToken": issued.token.expose_secret(), "user_id": id(user_id)});
    json_response(StatusCode::OK, "application/json", &body)
}

fn user_answer(user: &User) -> Response<Body> {
    let body = json!({
        "id": id(&user.id),
        "created_at": user.created_at.as_millis(),
        "name": user.name.as_ref().map(Name::as_str),
        "email": user.email.to_lowercase(),
    });
    json_response(StatusCode::OK, "application/json", &body)
}

/// Xano's ids are numbers, and so is one of ours that is made of digits.
fn id(id: &UserId) -> Value {
    id.as_number().map_or_else(|| id.as_str().into(), Value::from)
}
