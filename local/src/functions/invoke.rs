//! The functions, as something that takes an event and gives a response.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;
use serde_json::value::RawValue;
use thiserror::Error;

use super::InvocationError;

/// Takes an event as API Gateway sends it and gives the response that goes back to it, both as JSON.
pub(crate) type Invoke = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Box<RawValue>, InvokeError>> + Send + Sync>;

/// Why an event has no response.
#[derive(Debug, Error)]
pub(crate) enum InvokeError {
    /// One of our own functions was not given, or does not give, what API Gateway would send or take.
    #[error("the event or its response is not what API Gateway would send or take: {0}")]
    Json(#[from] serde_json::Error),
    /// A function's program did not respond.
    #[error(transparent)]
    Program(#[from] InvocationError),
}
