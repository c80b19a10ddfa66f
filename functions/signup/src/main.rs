//! The Lambda function `signup`.

use std::process::ExitCode;

use signup::{Config, DynamoSignup};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::lambda::run(|environment, client, clock| {
        DynamoSignup::read(environment, Config::read(environment)?, client, clock)
    })
    .await
}
