//! Latchkey's own dialect.

use std::collections::BTreeSet;

use lambda_http::Body;
use lambda_http::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use lambda_http::http::{Response, StatusCode};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::{Name, User};
use crate::http::answer::{IssuedTokens, TokenContent};
use crate::http::response::{json, put};
use crate::http::{Failure, FieldError, TokenTransport};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenBody<'t> {
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_token: Option<&'t str>,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'t str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_expires_in: Option<u64>,
}

#[derive(Serialize)]
struct UserBody<'u> {
    id: &'u str,
    created_at: u64,
    name: Option<&'u str>,
    email: Option<&'u str>,
    email_verified: bool,
    identities: BTreeSet<&'u str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    claims: Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    profile: Map<String, Value>,
}

/// A problem details object (RFC 9457) with the extensions `code`, `errors` and `requestId`. Its type is `about:blank`: the
/// status says what kind of problem it is, and `code` which one.
#[derive(Serialize)]
struct ProblemBody<'f> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'f str,
    code: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldBody<'f>>,
    #[serde(rename = "requestId", skip_serializing_if = "Option::is_none")]
    request_id: Option<&'f str>,
}

/// What is wrong with one field, in the `errors` of a 422.
#[derive(Serialize)]
struct FieldBody<'f> {
    field: &'f str,
    code: &'static str,
    detail: &'f str,
}

pub(super) fn token(status: StatusCode, content: &TokenContent) -> Response<Body> {
    let TokenContent { tokens: IssuedTokens { access, refresh }, transport, .. } = content;
    let in_body = *transport == TokenTransport::Body;
    let body = TokenBody {
        auth_token: in_body.then(|| access.token.expose_secret()),
        token_type: "Bearer",
        expires_in: access.expires_in,
        refresh_token: refresh.as_ref().filter(|_| in_body).map(|refresh| refresh.token.expose_secret()),
        refresh_expires_in: refresh.as_ref().map(|refresh| refresh.expires_in),
    };
    json(status, "application/json", &body)
}

pub(super) fn user(user: &User) -> Response<Body> {
    let body = UserBody {
        id: user.id.as_str(),
        created_at: user.created_at.as_millis(),
        name: user.name.as_ref().map(Name::as_str),
        email: user.email.as_deref(),
        email_verified: user.email_verified,
        identities: user.identities.providers(),
        claims: user.claims.usable().0,
        profile: user.profile.to_map(),
    };
    json(StatusCode::OK, "application/json", &body)
}

/// The cause of a 5xx stays here. A 500 shows the request's id instead, which leads to the line of the log that has it.
pub(super) fn failure(failure: &Failure, request_id: &str) -> Response<Body> {
    let problem = failure.problem();
    let errors = match failure {
        Failure::Fields(errors) => errors.iter().map(FieldBody::of_error).collect(),
        _ => Vec::new(),
    };
    let body = ProblemBody {
        kind: "about:blank",
        title: problem.status.canonical_reason().unwrap_or_default(),
        status: problem.status.as_u16(),
        detail: &failure.detail(),
        code: problem.code,
        errors,
        request_id: matches!(failure, Failure::Internal(_)).then_some(request_id),
    };
    let mut response = json(problem.status, "application/problem+json", &body);
    if let Failure::MethodNotAllowed { allowed } = failure {
        put(&mut response, ALLOW, allowed);
    }
    if let Some(challenge) = problem.challenge {
        put(&mut response, WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = failure.retry_after_seconds() {
        put(&mut response, RETRY_AFTER, &seconds.to_string());
    }
    response
}

impl<'f> FieldBody<'f> {
    fn of_error(error: &'f FieldError) -> Self {
        Self { field: &error.field, code: error.invalid.code, detail: &error.invalid.detail }
    }
}
