//! The Lambda function `login`.

use std::process::ExitCode;

use login::{Config, DynamoLogin};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::lambda::run(|environment, client, clock| {
        DynamoLogin::read(environment, Config::read(environment)?, client, clock)
    })
    .await
}
