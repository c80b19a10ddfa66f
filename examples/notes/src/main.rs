//! A function of an app whose users sign in with Latchkey. It checks their tokens itself, against the keys that
//! Latchkey publishes, and answers `GET /notes/me`.

mod keys;
mod token;

use std::time::SystemTime;

use lambda_http::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use lambda_http::http::{HeaderName, Method, StatusCode};
use lambda_http::{Body, Error, Request, RequestExt as _, Response, service_fn};
use serde_json::{Value, json};

use token::{TokenError, Verifier};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_http::tracing::init_default_subscriber();
    let verifier = &Verifier::new(variable("ISSUER")?, variable("AUDIENCE")?, variable("TOKEN_COOKIE").ok())?;
    lambda_http::run(service_fn(async |request: Request| answer(verifier, &request).await)).await
}

#[allow(clippy::disallowed_methods, reason = "this program stands alone and reads its environment here, once")]
fn variable(name: &str) -> Result<String, Error> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    value.ok_or_else(|| format!("{name} is not set: it has to be as Latchkey's own").into())
}

#[allow(clippy::disallowed_methods, reason = "this program stands alone and asks for the time here")]
fn now() -> SystemTime {
    SystemTime::now()
}

async fn answer(verifier: &Verifier, request: &Request) -> Result<Response<Body>, Error> {
    if request.raw_http_path() != "/notes/me" {
        return respond(StatusCode::NOT_FOUND, None, &json!({"message": "Not Found"}));
    }
    if request.method() != Method::GET {
        return respond(
            StatusCode::METHOD_NOT_ALLOWED,
            Some((ALLOW, "GET")),
            &json!({"message": "Method Not Allowed"}),
        );
    }
    match verifier.user_of(request.headers(), now()).await {
        Ok(id) => respond(StatusCode::OK, None, &json!({"id": id, "notes": ["Water the violets."]})),
        Err(refusal) => {
            let (status, header) = match refusal {
                TokenError::Missing => (StatusCode::UNAUTHORIZED, (WWW_AUTHENTICATE, "Bearer")),
                TokenError::Invalid => {
                    (StatusCode::UNAUTHORIZED, (WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#))
                }
                TokenError::NoKeys => (StatusCode::SERVICE_UNAVAILABLE, (RETRY_AFTER, "5")),
            };
            respond(status, Some(header), &json!({"message": refusal.to_string()}))
        }
    }
}

fn respond(status: StatusCode, header: Option<(HeaderName, &str)>, body: &Value) -> Result<Response<Body>, Error> {
    let response = Response::builder().status(status).header(CONTENT_TYPE, "application/json");
    let response = response.header(CACHE_CONTROL, "no-store");
    let response = header.into_iter().fold(response, |response, (name, value)| response.header(name, value));
    Ok(response.body(body.to_string().into())?)
}
