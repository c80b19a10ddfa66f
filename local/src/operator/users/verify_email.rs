//! `users verify-email`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;

use clap::Args;
use serde_json::json;
use shared::environment::Environment;

use super::OneUser;
use super::administration::Administration;

/// Marks a user's email address as verified
///
/// For an address that was proved in another way. Anyone who reads mail there can reset the password.
#[derive(Args, Debug)]
pub(super) struct VerifyEmailArgs {
    #[command(flatten)]
    user: OneUser,
}

pub(super) async fn run(args: VerifyEmailArgs, environment: Environment) -> Result<(), Box<dyn Error>> {
    let (id, output) = (args.user.user_id(), args.user.output);
    let administration = Administration::open(args.user.target, environment).await?;
    let Administration { accounts, target } = &administration;
    let email = accounts.prove_email(&id).await.map_err(|error| administration.refused(&id, &error))?;
    let said = format!("The address of user {id} {target}, {}, is verified.", email.shown());
    output.tell(said, &json!({"id": id.as_str(), "email": email.shown(), "email_verified": true}))?;
    Ok(())
}
