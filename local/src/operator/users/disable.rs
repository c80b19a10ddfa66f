//! `users disable` and `users enable`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;

use clap::Args;
use serde_json::json;
use shared::clock::Timestamp;
use shared::environment::Environment;

use super::OneUser;
use super::administration::Administration;

/// Keeps a user out until they are enabled, and ends their sessions and tokens
///
/// The functions follow at once; API Gateway's authorizers know nothing of it and accept each token until it expires.
#[derive(Args, Debug)]
pub(super) struct DisableArgs {
    #[command(flatten)]
    user: OneUser,
}

/// Lets a disabled user in again
///
/// They have to log in anew: sessions and tokens of before stay ended.
#[derive(Args, Debug)]
pub(super) struct EnableArgs {
    #[command(flatten)]
    user: OneUser,
}

pub(super) async fn run(args: DisableArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let (id, output) = (args.user.user_id(), args.user.output);
    let administration = Administration::open(args.user.target, environment).await?;
    let Administration { accounts, target } = &administration;
    accounts.disable(&id, now).await.map_err(|error| administration.refused(&id, &error))?;
    output.tell(
        format!(
            "Disabled user {id} {target}, and ended their sessions and tokens. API Gateway's authorizers accept each token until \
             it expires."
        ),
        &json!({"id": id.as_str(), "disabled": true}),
    )?;
    Ok(())
}

pub(super) async fn run_enable(args: EnableArgs, environment: Environment) -> Result<(), Box<dyn Error>> {
    let (id, output) = (args.user.user_id(), args.user.output);
    let administration = Administration::open(args.user.target, environment).await?;
    let Administration { accounts, target } = &administration;
    accounts.enable(&id).await.map_err(|error| administration.refused(&id, &error))?;
    let said = format!("Enabled user {id} {target}. They can log in again.");
    output.tell(said, &json!({"id": id.as_str(), "disabled": false}))?;
    Ok(())
}
