//! `users set-password`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;

use clap::Args;
use serde_json::json;
use shared::admin::{Account, ChangeError};
use shared::clock::Timestamp;
use shared::environment::Environment;

use super::OneUser;
use super::administration::Administration;
use super::new_secret::new_secret;
use crate::operator::confirmation::Confirmation;

/// Sets a user's password and ends every other way into the account
///
/// It does what a reset by mail does: every session and token ends, linked providers are unlinked, and an asked-for change of
/// address is off. Whoever had taken the account over is out. The email address stays as verified as it was, so see that it is
/// the owner's. If it is verified and there is mail, a mail says that the password was changed.
///
/// The password is read from standard input, as one line. A sign-up must take it. PASSWORD_MIN_LENGTH, ARGON2_MEMORY_KIB and
/// ARGON2_PASSES count as for the functions: set them if the deployment does.
#[derive(Args, Debug)]
pub(super) struct SetPasswordArgs {
    #[command(flatten)]
    user: OneUser,
    /// Make a random password and print it
    #[arg(long)]
    random: bool,
    #[command(flatten)]
    confirmation: Confirmation,
}

pub(super) async fn run(args: SetPasswordArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let (id, output) = (args.user.user_id(), args.user.output);
    let administration = Administration::open_with_mail(args.user.target, environment).await?;
    let Administration { accounts, target } = &administration;
    let refused = |error: ChangeError| administration.refused(&id, &error);
    let Account { user, .. } = accounts.account(&id).await.map_err(refused)?;
    let email = administration.address(&user)?;
    let ends = "their sessions, tokens and linked sign-ins";
    args.confirmation.ask(&format!("Set the password of user {id} {target}, and end {ends}?"))?;
    let secret = new_secret(args.random, user.name.as_ref(), &email, &target.environment).await?;
    accounts.set_password(&id, &secret.hash, now).await.map_err(refused)?;
    let password = secret.random.as_ref().map(|random| format!("\nThe new one is {random}")).unwrap_or_default();
    output.tell(
        format!(
            "Set the password of user {id} {target}, and ended {ends} so far. API Gateway's \
             authorizers accept each token until it expires.{password}"
        ),
        &json!({"id": id.as_str(), "password": secret.random}),
    )?;
    Ok(())
}
