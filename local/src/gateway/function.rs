//! The functions, as something that takes an event and gives an answer.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lambda_http::{Context, LambdaEvent};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use shared::http::Function;
use shared::lambda::invoke;

/// Takes an event as API Gateway sends it and gives the answer that goes back to it, both as JSON.
pub(crate) type Invoke =
    Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Box<RawValue>, serde_json::Error>> + Send + Sync>;

/// The three functions.
#[derive(Clone)]
pub(crate) struct Functions {
    pub(crate) signup: Invoke,
    pub(crate) login: Invoke,
    pub(crate) me: Invoke,
}

/// A function, invoked as the Lambda runtime invokes it.
pub(crate) fn function<F: Function>(function: Arc<F>) -> Invoke {
    Arc::new(move |event| {
        let function = Arc::clone(&function);
        async move {
            let event = LambdaEvent::new(to_raw_value(&event)?, Context::default());
            invoke(function.as_ref(), event).await
        }
        .boxed()
    })
}
