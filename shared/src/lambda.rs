//! A function as a program on AWS Lambda.

use std::process::ExitCode;

use lambda_http::service_fn;

use crate::clock::Clock;
use crate::config::{ConfigError, Environment};
use crate::http::{Function, answer};
use crate::logging;
use crate::store::{Client, client_from_environment};

/// Builds the function from the environment, warms it up and serves the Lambda runtime until that ends it. A
/// configuration that is not in order ends the start with a line that says what to set.
pub async fn run<F: Function>(build: impl FnOnce(&Environment, &Client, Clock) -> Result<F, ConfigError>) -> ExitCode {
    let environment = Environment::of_process();
    logging::init(&environment);
    let client = client_from_environment(&environment).await;
    let function = match build(&environment, &client, Clock::system()) {
        Ok(function) => function,
        Err(error) => {
            tracing::error!(variable = error.variable(), "{error}");
            return ExitCode::FAILURE;
        }
    };
    function.warm_up().await;
    let function = &function;
    let served =
        lambda_http::run(service_fn(async |request| Ok::<_, lambda_http::Error>(answer(function, request).await)));
    match served.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("the Lambda runtime ended: {error}");
            ExitCode::FAILURE
        }
    }
}
