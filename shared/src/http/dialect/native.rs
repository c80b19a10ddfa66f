//! Latchkey's own dialect.

use lambda_http::Body;
use lambda_http::http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE};
use lambda_http::http::{Response, StatusCode};
use secrecy::ExposeSecret as _;
use serde::Serialize;

use super::problem::Problem;
use super::response::{empty, json, put, with_body};
use crate::domain::{Name, User};
use crate::http::{CookieConfig, Failure, Success, TokenTransport};
use crate::tokens::{IssuedToken, TokenFault};

/// How long a client waits before it tries again after a 503, in seconds.
const RETRY_AFTER_SECONDS: &str = "1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenBody<'t> {
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_token: Option<&'t str>,
    token_type: &'static str,
    expires_in: u64,
}

#[derive(Serialize)]
struct UserBody<'u> {
    id: &'u str,
    created_at: u64,
    name: Option<&'u str>,
    email: &'u str,
}

/// The answer to a request that succeeded.
pub(super) fn success(success: &Success, cookie: &CookieConfig) -> Response<Body> {
    match success {
        Success::SignedUp { token, transport, .. } => token_answer(StatusCode::CREATED, token, *transport, cookie),
        Success::LoggedIn { token, transport, .. } => token_answer(StatusCode::OK, token, *transport, cookie),
        Success::Known(user) => user_answer(user),
        Success::LoggedOut(transport) => {
            let mut response = empty(StatusCode::NO_CONTENT);
            if *transport == TokenTransport::Cookie {
                put(&mut response, SET_COOKIE, &cookie.clear());
            }
            response
        }
        Success::Document(json) => {
            let mut response = with_body(StatusCode::OK, "application/json", json.clone());
            put(&mut response, CACHE_CONTROL, "public, max-age=300");
            response
        }
    }
}

/// The answer to a request that failed.
pub(super) fn failure(failure: &Failure, request_id: &str) -> Response<Body> {
    let (status, problem) = Problem::of_failure(failure, request_id);
    let mut response = json(status, "application/problem+json", &problem);
    match failure {
        Failure::MethodNotAllowed { allowed } => put(&mut response, ALLOW, allowed.as_str()),
        Failure::InvalidCredentials | Failure::Unauthenticated(TokenFault::Missing) => {
            put(&mut response, WWW_AUTHENTICATE, "Bearer");
        }
        Failure::Unauthenticated(_) => put(&mut response, WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""),
        Failure::NoKeysYet | Failure::Unavailable(_) => put(&mut response, RETRY_AFTER, RETRY_AFTER_SECONDS),
        Failure::TooManyAttempts(refusal) => {
            put(&mut response, RETRY_AFTER, &refusal.retry_after_seconds.to_string());
        }
        _ => {}
    }
    response
}

fn token_answer(
    status: StatusCode,
    issued: &IssuedToken,
    transport: TokenTransport,
    cookie: &CookieConfig,
) -> Response<Body> {
    let auth_token = (transport == TokenTransport::Body).then(|| issued.token.expose_secret());
    let body = TokenBody { auth_token, token_type: "Bearer", expires_in: issued.expires_in };
    let mut response = json(status, "application/json", &body);
    if transport == TokenTransport::Cookie {
        put(&mut response, SET_COOKIE, &cookie.set(&issued.token, issued.expires_in));
    }
    response
}

fn user_answer(user: &User) -> Response<Body> {
    let body = UserBody {
        id: user.id.as_str(),
        created_at: user.created_at.as_millis(),
        name: user.name.as_ref().map(Name::as_str),
        email: &user.email,
    };
    json(StatusCode::OK, "application/json", &body)
}
