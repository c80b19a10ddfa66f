//! The functions, as something that takes an event and gives an answer.

use std::convert::Infallible;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Context, LambdaEvent, Request, Service as _, service_fn};
use serde_json::Value;
use shared::http::{Function, answer};

/// Takes an event as API Gateway sends it and gives the answer that goes back to it, both as JSON.
pub(crate) type Invoke = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Value, serde_json::Error>> + Send + Sync>;

/// The three functions.
#[derive(Clone)]
pub(crate) struct Functions {
    pub(crate) signup: Invoke,
    pub(crate) login: Invoke,
    pub(crate) me: Invoke,
}

/// Puts `lambda_http`'s own adapter around a function, as its `main` does.
pub(crate) fn function<F: Function>(function: Arc<F>) -> Invoke {
    Arc::new(move |event| {
        let function = Arc::clone(&function);
        async move {
            let event: LambdaRequest = serde_json::from_value(event)?;
            let service = service_fn(|request: Request| {
                let function = Arc::clone(&function);
                async move { Ok::<_, Infallible>(answer(function.as_ref(), request).await) }
            });
            let answered = Adapter::from(service).call(LambdaEvent::new(event, Context::default())).await;
            match answered {
                Ok(response) => serde_json::to_value(response),
                Err(never) => match never {},
            }
        }
        .boxed()
    })
}
