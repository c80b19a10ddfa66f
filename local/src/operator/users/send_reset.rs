//! `users send-reset`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;

use clap::Args;
use serde_json::json;
use shared::admin::{Account, ChangeError};
use shared::clock::Timestamp;
use shared::environment::Environment;
use shared::mail::{Intent, IntentId, Languages, OutboxStore as _, PersonDevice, Subject};
use shared::store::OutboxTable;

use super::OneUser;
use super::administration::{Administration, has_mail};
use crate::operator::CommandError;

/// Mails a user the code to set a new password
///
/// The same mail as that of a forgotten password. It needs a deployment with mail.
#[derive(Args, Debug)]
pub(super) struct SendResetArgs {
    #[command(flatten)]
    user: OneUser,
}

pub(super) async fn run(args: SendResetArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let (id, output) = (args.user.user_id(), args.user.output);
    let administration = Administration::open(args.user.target, environment).await?;
    let Administration { accounts, target } = &administration;
    if !has_mail(target).await? {
        let reason = format!("there is no mail {target}: set MailFrom and deploy, or use `users set-password`");
        return Err(CommandError::new(reason).into());
    }
    let refused = |error: ChangeError| administration.refused(&id, &error);
    let Account { user, .. } = accounts.account(&id).await.map_err(refused)?;
    let email = administration.address(&user)?;
    let said = format!("A mail with a code is on its way to {}, the address of user {id} {target}.", email.shown());
    let value = json!({"id": id.as_str(), "email": email.shown()});
    let intent = Intent {
        id: IntentId::generate(now),
        subject: Subject::Reset,
        email,
        languages: Languages::default(),
        device: PersonDevice::default(),
        at: now,
    };
    let outbox = OutboxTable::read(&target.environment, &target.client)?;
    outbox.add(&intent).await.map_err(|error| CommandError::of("mails", target, &error))?;
    Ok(output.tell(said, &value)?)
}
