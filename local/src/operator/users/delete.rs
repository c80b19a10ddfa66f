//! `users delete`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;

use clap::Args;
use serde_json::json;
use shared::admin::{Account, ChangeError};
use shared::clock::Timestamp;
use shared::environment::Environment;

use super::OneUser;
use super::administration::Administration;
use crate::operator::confirmation::Confirmation;

/// Deletes an account for good
///
/// The user, their password and their linked sign-ins are deleted together. The email address can sign up again. If it was
/// verified and there is mail, a mail says so. Delete what your app keeps of this user too.
#[derive(Args, Debug)]
pub(super) struct DeleteArgs {
    #[command(flatten)]
    user: OneUser,
    #[command(flatten)]
    confirmation: Confirmation,
}

pub(super) async fn run(args: DeleteArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let (id, output) = (args.user.user_id(), args.user.output);
    let administration = Administration::open_with_mail(args.user.target, environment).await?;
    let Administration { accounts, target } = &administration;
    let refused = |error: ChangeError| administration.refused(&id, &error);
    let Account { user, .. } = accounts.account(&id).await.map_err(refused)?;
    let email = user.email.as_deref().unwrap_or("no email address");
    args.confirmation.ask(&format!("Delete user {id} {target} ({email}) for good?"))?;
    accounts.delete(&id, now).await.map_err(refused)?;
    let said = format!("Deleted user {id} {target}. API Gateway's authorizers accept their tokens until these expire.");
    output.tell(said, &json!({"id": id.as_str(), "deleted": true}))?;
    Ok(())
}
