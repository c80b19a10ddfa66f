//! `cargo dev`: a Latchkey to try things out with.

mod banner;
mod cli;
mod run;

use std::process::ExitCode;

use clap::Parser as _;
use shared::config::Environment;

#[tokio::main]
async fn main() -> ExitCode {
    let environment = Environment::of_process();
    let options = cli::Options::parse();
    run::log_to_standard_error(&environment);
    match run::run(options, environment).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            banner::complain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}
