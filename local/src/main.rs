//! `cargo dev`: a Latchkey to try things out with, and what an operator does by hand.

mod banner;
mod cli;
mod data_folder;
mod end;
mod http_url;
mod operator;
mod real_providers;
mod request_line;
mod run;
mod smoke;

use std::process::ExitCode;

use clap::Parser as _;
use shared::clock::Clock;
use shared::environment::Environment;

#[tokio::main]
async fn main() -> ExitCode {
    let environment = Environment::of_process();
    let mut options = cli::Options::parse();
    let done = match options.command.take() {
        Some(command) => operator::run(command, environment, Clock::system().now()).await,
        None => run::run(options, environment).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            banner::complain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}
