//! The functions of Latchkey: this is the one list of them.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use lambda_http::{Context as LambdaContext, LambdaEvent};
use serde_json::value::to_raw_value;
use shared::environment::ConfigError;
use shared::http::Route;
use shared::lambda::{Context, Function, invoke};

use super::Invoke;

/// A function of Latchkey, by itself.
#[derive(Clone, Copy)]
pub struct OurFunction {
    /// Its name.
    pub name: &'static str,
    /// Its routes.
    pub routes: fn() -> Vec<Route>,
    start: fn(Context) -> BoxFuture<'static, Result<Invoke, ConfigError>>,
}

/// Every function.
pub const FUNCTIONS: [OurFunction; 6] = [
    ours::<signup::Signup>(),
    ours::<login::Login>(),
    ours::<me::Me>(),
    ours::<sessions::Sessions>(),
    ours::<oauth::OAuth>(),
    ours::<account::Account>(),
];

const fn ours<F: Function>() -> OurFunction {
    OurFunction {
        name: F::NAME,
        routes: || F::ENDPOINTS.iter().map(|endpoint| endpoint.route).collect(),
        start: |context| Box::pin(start::<F>(context)),
    }
}

/// Builds every function as its own `main` does, and warms them up as Lambda's init phase does.
pub(crate) async fn start_all(context: &Context) -> Result<Vec<(Vec<Route>, Invoke)>, ConfigError> {
    let started = FUNCTIONS.map(|function| async move {
        (function.start)(context.clone()).await.map(|invoke| ((function.routes)(), invoke))
    });
    join_all(started).await.into_iter().collect()
}

async fn start<F: Function>(context: Context) -> Result<Invoke, ConfigError> {
    let function = Arc::new(F::build(&context)?);
    function.warm_up().await;
    Ok(Arc::new(move |event| {
        let function = Arc::clone(&function);
        async move {
            let event = LambdaEvent::new(to_raw_value(&event)?, LambdaContext::default());
            Ok(invoke(function.as_ref(), event).await?)
        }
        .boxed()
    }))
}
