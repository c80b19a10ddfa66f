//! The Lambda function `me`.

use std::process::ExitCode;

use me::{Config, DynamoMe};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::lambda::run(|environment, client, clock| {
        DynamoMe::read(environment, Config::read(environment)?, client, clock)
    })
    .await
}
