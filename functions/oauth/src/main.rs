//! The Lambda function `oauth`.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::lambda::run::<oauth::OAuth>().await
}
