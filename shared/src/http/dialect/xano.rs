//! Xano's dialect. Front ends may depend on every letter of it, so it is frozen. A problem that is not named here keeps its
//! own sentence, and gets the status and the code that Xano uses for its kind.

use lambda_http::Body;
use lambda_http::http::header::RETRY_AFTER;
use lambda_http::http::{Response, StatusCode};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::{Name, Profile, User, UserId};
use crate::http::answer::TokenContent;
use crate::http::problem::{TOO_MANY_ATTEMPTS, UNSUPPORTED_MEDIA_TYPE};
use crate::http::response::{json as json_response, put};
use crate::http::{Failure, FieldError, Problem};

#[derive(Serialize)]
struct ErrorBody {
    code: &'static str,
    message: String,
    payload: Value,
}

/// Xano answers 200 to a sign-up too.
pub(super) fn token(content: &TokenContent) -> Response<Body> {
    let body = json!({"authToken": content.tokens.access.token.expose_secret(), "user_id": id(&content.user_id)});
    json_response(StatusCode::OK, "application/json", &body)
}

/// The fields of the profile stand beside the others, as Xano's columns do.
pub(super) fn user(user: &User) -> Response<Body> {
    let mut body = json!({
        "id": id(&user.id),
        "created_at": user.created_at.as_millis(),
        "name": user.name.as_ref().map(Name::as_str),
        "email": user.email.as_deref().map(str::to_lowercase),
    });
    if let Value::Object(members) = &mut body {
        for (name, value) in user.profile.to_map() {
            // Whoever stored it: a front end would take a column `role` for the server's word.
            if !Profile::RESERVED.contains(&name.as_str()) {
                members.entry(name).or_insert(value);
            }
        }
    }
    json_response(StatusCode::OK, "application/json", &body)
}

pub(super) fn failure(failure: &Failure) -> Response<Body> {
    let first_field = if let Failure::Fields(errors) = failure { errors.first() } else { None };
    let ((status, code), message, payload) = if let Some(error) = first_field {
        (of_field(error), field_message(error), json!({"param": error.field}))
    } else {
        let problem = failure.problem();
        let message = own_words(problem).map_or_else(|| failure.detail().into_owned(), str::to_owned);
        (of_problem(problem), message, json!(""))
    };
    let mut response = json_response(status, "application/json", &ErrorBody { code, message, payload });
    if let Failure::Limited(refusal) | Failure::LimitedWithAdvice(refusal, _) = failure {
        put(&mut response, RETRY_AFTER, &refusal.retry_after_seconds.to_string());
    }
    response
}

fn of_problem(problem: Problem) -> (StatusCode, &'static str) {
    if problem.code == "invalid_credentials" {
        return (StatusCode::FORBIDDEN, "ERROR_CODE_ACCESS_DENIED");
    }
    match problem.status {
        StatusCode::UNAUTHORIZED => (StatusCode::UNAUTHORIZED, "ERROR_CODE_UNAUTHORIZED"),
        StatusCode::FORBIDDEN | StatusCode::CONFLICT => (StatusCode::FORBIDDEN, "ERROR_CODE_ACCESS_DENIED"),
        StatusCode::NOT_FOUND => (StatusCode::NOT_FOUND, "ERROR_CODE_NOT_FOUND"),
        StatusCode::TOO_MANY_REQUESTS => (StatusCode::TOO_MANY_REQUESTS, "ERROR_CODE_TOO_MANY_REQUESTS"),
        status if status.is_server_error() => (StatusCode::INTERNAL_SERVER_ERROR, "ERROR_FATAL"),
        _ => (StatusCode::BAD_REQUEST, "ERROR_CODE_BAD_REQUEST"),
    }
}

fn of_field(error: &FieldError) -> (StatusCode, &'static str) {
    let code = if error.invalid.code == "wrong_type" { "ERROR_CODE_BAD_REQUEST" } else { "ERROR_CODE_INPUT_ERROR" };
    (StatusCode::BAD_REQUEST, code)
}

/// Xano's own message for a problem, if it has one.
fn own_words(problem: Problem) -> Option<&'static str> {
    match problem.code {
        "missing_token" => Some("Unauthorized - Authentication Required"),
        "expired_token" => Some("This token is expired."),
        "invalid_token" => Some("Invalid token."),
        "invalid_credentials" => Some("Invalid Credentials."),
        "email_taken" => Some("This account is already in use."),
        code if code == TOO_MANY_ATTEMPTS.code => Some(TOO_MANY_ATTEMPTS.detail),
        code if code == UNSUPPORTED_MEDIA_TYPE.code => Some("Send the body as JSON or as a form."),
        _ => None,
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

/// Xano's ids are numbers, and so is one of ours that is made of digits.
fn id(id: &UserId) -> Value {
    id.as_number().map_or_else(|| id.as_str().into(), Value::from)
}
