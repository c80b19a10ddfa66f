//! The Lambda function `sessions`.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::lambda::run::<sessions::Sessions>().await
}
