//! What the three programs share.

use aws_config::BehaviorVersion;
use lambda_http::{Error, LambdaEvent, service_fn};
use shared::clock::Clock;
use shared::config::{ConfigError, Environment};
use shared::http::Function;
use shared::store::Client;

/// Starts the SDK and logging as their guides do and serves the Lambda runtime. Nothing is done before the first event.
pub async fn run<F: Function>(
    build: impl FnOnce(&Environment, &Client, Clock) -> Result<F, ConfigError>,
) -> Result<(), Error> {
    lambda_http::tracing::init_default_subscriber();
    let environment = Environment::of_process();
    let client = Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    let function = &build(&environment, &client, Clock::system())?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<_>| {
        shared::lambda::invoke(function, event).await.map_err(Error::from)
    }))
    .await
}
