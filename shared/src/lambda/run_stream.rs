//! The program of a function that a stream starts.

use std::process::ExitCode;

use lambda_runtime::{LambdaEvent, service_fn};

use super::StreamFunction;
use super::records::{StreamEvent, handle_records};
use crate::clock::{Clock, Timestamp};
use crate::environment::{ConfigError, Environment};
use crate::logging;
use crate::store::function_client;

/// Builds the function from the environment, warms it up and serves the Lambda runtime until that ends it. A
/// configuration that is not acceptable ends the start with a line that says what to set.
pub async fn run_stream<F: StreamFunction>() -> ExitCode {
    let environment = Environment::of_process();
    logging::init(&environment, F::NAME);
    let clock = Clock::system();
    let function = match build::<F>(&environment, clock.clone()) {
        Ok(function) => function,
        Err(error) => {
            tracing::error!(variable = error.variable(), "{error}");
            return ExitCode::FAILURE;
        }
    };
    Box::pin(function.warm_up()).await;
    let (function, clock) = (&function, &clock);
    let served = lambda_runtime::run(service_fn(async |event: LambdaEvent<StreamEvent>| {
        let deadline = Timestamp::from_millis(event.context.deadline);
        let response = handle_records(function, event.payload, deadline, || clock.now()).await;
        Ok::<_, lambda_runtime::Error>(response)
    }));
    match served.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("the Lambda runtime ended: {error}");
            ExitCode::FAILURE
        }
    }
}

fn build<F: StreamFunction>(environment: &Environment, clock: Clock) -> Result<F, ConfigError> {
    F::build(environment, &function_client(environment)?, clock)
}
