//! The functions, as something that takes an event and gives an answer.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lambda_http::{Context, LambdaEvent};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use shared::http::Function;
use shared::lambda::invoke;
use thiserror::Error;

use super::InvocationError;

/// Takes an event as API Gateway sends it and gives the answer that goes back to it, both as JSON.
pub(crate) type Invoke = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Box<RawValue>, InvokeError>> + Send + Sync>;

/// Why an event has no answer.
#[derive(Debug, Error)]
pub(crate) enum InvokeError {
    /// One of our own functions was not given, or does not give, what API Gateway would send or take.
    #[error("the event or its answer is not what API Gateway would send or take: {0}")]
    Json(#[from] serde_json::Error),
    /// A function's program did not answer.
    #[error(transparent)]
    Program(#[from] InvocationError),
}

/// The three functions, and those of the app's other services by the path below which they are.
#[derive(Clone)]
pub(crate) struct Functions {
    pub(crate) signup: Invoke,
    pub(crate) login: Invoke,
    pub(crate) me: Invoke,
    pub(crate) others: Vec<(String, Invoke)>,
}

/// A function, invoked as the Lambda runtime invokes it.
pub(crate) fn function<F: Function>(function: Arc<F>) -> Invoke {
    Arc::new(move |event| {
        let function = Arc::clone(&function);
        async move {
            let event = LambdaEvent::new(to_raw_value(&event)?, Context::default());
            Ok(invoke(function.as_ref(), event).await?)
        }
        .boxed()
    })
}
