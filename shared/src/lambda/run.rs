//! The program.

use std::process::ExitCode;
use std::time::Duration;

use lambda_http::{LambdaEvent, service_fn};
use serde_json::value::RawValue;

use super::{Context, Function, invoke};
use crate::clock::Clock;
use crate::environment::{ConfigError, Environment};
use crate::logging;
use crate::store::function_client;

/// The longest that a request may take. Lambda ends a function after 15 s (`Timeout` in template.yaml), and what it ends
/// writes no line of the log and returns no response of ours.
const DEADLINE: Duration = Duration::from_secs(13);

/// Builds the function from the environment, warms it up and serves the Lambda runtime until that ends it. A
/// configuration that is not acceptable ends the start with a line that says what to set.
pub async fn run<F: Function>() -> ExitCode {
    F::begin();
    let environment = Environment::of_process();
    logging::init(&environment, F::NAME);
    let function = match build::<F>(environment) {
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

fn build<F: Function>(environment: Environment) -> Result<F, ConfigError> {
    let client = function_client(&environment)?;
    let mut context = Context::read(environment, client, Clock::system())?;
    context.http.deadline = Some(DEADLINE);
    F::build(&context)
}
