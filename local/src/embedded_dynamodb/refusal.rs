//! Errors as DynamoDB's API writes them.

use axum::http::StatusCode;
use dynoxide::DynoxideError;
use serde_json::json;

/// An answer that is not 200.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

impl Refusal {
    /// An error of this kind. `message` says what to do.
    pub(super) fn new(status: StatusCode, kind: &str, message: impl Into<String>) -> Self {
        let body = json!({"__type": format!("com.amazon.coral.service#{kind}"), "message": message.into()});
        Self { status, body: body.to_string().into_bytes() }
    }

    /// What the database says.
    pub(super) fn of(error: &DynoxideError) -> Self {
        let status = StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, body: error.to_json().into_bytes() }
    }
}
