//! What a function gives back, on its way out.

use std::collections::HashMap;

use axum::body::Body;
use axum::http::header::{InvalidHeaderName, InvalidHeaderValue, SET_COOKIE};
use axum::http::status::InvalidStatusCode;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

/// A function's response in payload format 2.0.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct FunctionAnswer {
    status_code: u16,
    headers: HashMap<String, String>,
    cookies: Vec<String>,
    body: Option<String>,
    is_base64_encoded: bool,
}

impl Default for FunctionAnswer {
    fn default() -> Self {
        Self { status_code: 200, headers: HashMap::new(), cookies: Vec::new(), body: None, is_base64_encoded: false }
    }
}

/// Why a function's answer is not of the form that API Gateway takes.
#[derive(Debug, Error)]
pub(super) enum NotAnAnswer {
    #[error("it is not of the form of an answer: {0}")]
    Form(#[from] serde_json::Error),
    #[error("its body is not Base64: {0}")]
    Base64(#[from] base64::DecodeError),
    #[error("its status is none of HTTP: {0}")]
    Status(#[from] InvalidStatusCode),
    #[error("the name of a header is none: {0}")]
    HeaderName(#[from] InvalidHeaderName),
    #[error("the value of a header is none: {0}")]
    HeaderValue(#[from] InvalidHeaderValue),
}

/// The HTTP answer.
pub(super) fn response(answer: &RawValue) -> Result<Response<Body>, NotAnAnswer> {
    let answer: FunctionAnswer = serde_json::from_str(answer.get())?;
    let body = answer.body.unwrap_or_default();
    let body = if answer.is_base64_encoded { STANDARD.decode(body)? } else { body.into_bytes() };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(answer.status_code)?;
    let cookies = answer.cookies.into_iter().map(|cookie| (SET_COOKIE.to_string(), cookie));
    for (name, value) in answer.headers.into_iter().chain(cookies) {
        response.headers_mut().append(name.parse::<HeaderName>()?, HeaderValue::from_str(&value)?);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::response;

    #[test]
    fn text_and_base64_become_the_same_response() {
        for (body, is_base64_encoded) in [("text", false), ("dGV4dA==", true)] {
            let answer = json!({
                "statusCode": 201, "headers": {"x-a": "1"}, "cookies": ["a=1", "b=2"],
                "body": body, "isBase64Encoded": is_base64_encoded,
            });
            let response = response(&to_raw_value(&answer).unwrap()).unwrap();
            assert_eq!(response.status(), 201);
            assert_eq!(response.headers()["x-a"], "1");
            let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
            assert_eq!(cookies, ["a=1", "b=2"]);
        }
    }

    #[test]
    fn what_api_gateway_would_not_take_is_no_answer() {
        for (answer, cause) in [
            (json!({"statusCode": 99}), "status is none"),
            (json!("text"), "form of an answer: invalid type"),
            (json!({"headers": {"a b": ""}}), "name of a header"),
            (json!({"headers": {"a": "\n"}}), "value of a header"),
            (json!({"body": 1}), "form of an answer: invalid type"),
            (json!({"body": "?", "isBase64Encoded": true}), "not Base64"),
        ] {
            let error = response(&to_raw_value(&answer).unwrap()).unwrap_err().to_string();
            assert!(error.contains(cause), "{answer}: {error}");
        }
    }
}
