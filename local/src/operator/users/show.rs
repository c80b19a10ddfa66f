//! `users show`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;

use clap::Args;
use shared::environment::Environment;

use super::administration::Administration;
use super::{OneUser, shown};

/// Shows an account: what it is made of, how its user logs in, their sessions and claims
///
/// It shows neither hashes nor tokens.
#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    #[command(flatten)]
    user: OneUser,
}

pub(super) async fn run(args: ShowArgs, environment: Environment) -> Result<(), Box<dyn Error>> {
    let (id, output) = (args.user.user_id(), args.user.output);
    let administration = Administration::open(args.user.target, environment).await?;
    let account = administration.accounts.account(&id).await;
    let account = account.map_err(|error| administration.refused(&id, &error))?;
    Ok(output.tell(shown::whole(&account), &shown::whole_value(&account))?)
}
