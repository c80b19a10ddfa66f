//! The Lambda function `mail`.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::lambda::run_stream::<mail::Mail>().await
}
