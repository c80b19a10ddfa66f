//! The Lambda function `signup`.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::lambda::run::<signup::Signup>().await
}
