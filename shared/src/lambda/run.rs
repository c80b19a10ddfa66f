//! The program.

use std::process::ExitCode;

use lambda_http::{LambdaEvent, service_fn};
use serde_json::value::RawValue;

use super::invoke;

use crate::clock::Clock;
use crate::config::{ConfigError, Environment};
use crate::http::Function;
use crate::logging;
use crate::store::{Client, function_client};

/// Builds the function from the environment, warms it up and serves the Lambda runtime until that ends it. A
/// configuration that is not in order ends the start with a line that says what to set.
pub async fn run<F: Function>(build: impl FnOnce(&Environment, &Client, Clock) -> Result<F, ConfigError>) -> ExitCode {
    let environment = Environment::of_process();
    logging::init(&environment);
    let client = function_client(&environment);
    let function = match client.and_then(|client| build(&environment, &client, Clock::system())) {
        Ok(function) => function,
        Err(error) => {
            tracing::error!(variable = error.variable(), "{error}");
            return ExitCode::FAILURE;
        }
    };
    // Calls to the store that run at once are too much for one frame of the stack.
    Box::pin(function.warm_up()).await;
    let function = &function;
    let served = lambda_runtime::run(service_fn(async |event: LambdaEvent<Box<RawValue>>| {
        invoke(function, event).await.map_err(lambda_http::Error::from)
    }));
    match served.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("the Lambda runtime ended: {error}");
            ExitCode::FAILURE
        }
    }
}
