//! What the programs share.

use aws_config::BehaviorVersion;
use lambda_http::{Error, LambdaEvent, service_fn};
use shared::clock::Clock;
use shared::environment::Environment;
use shared::lambda::{Context, Function};
use shared::store::Client;

/// Starts the SDK and logging as their guides do and serves the Lambda runtime. Nothing is done before the first event.
pub async fn run<F: Function>() -> Result<(), Error> {
    lambda_http::tracing::init_default_subscriber();
    let client = Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    let context = Context::read(Environment::of_process(), client, Clock::system())?;
    let function = &F::build(&context)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<_>| {
        shared::lambda::invoke(function, event).await.map_err(Error::from)
    }))
    .await
}
