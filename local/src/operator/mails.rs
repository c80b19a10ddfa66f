//! `mails send`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io::{self, Write as _};
use std::time::Duration;

use clap::{Args, Subcommand};
use shared::clock::Timestamp;
use shared::environment::Environment;
use shared::mail::{IntentId, IntentStore as _};
use shared::store::OutboxTable;

use super::CommandError;
use super::target::TargetArgs;
use super::times::text;

/// What is younger is on its way by itself.
const ON_ITS_WAY: Duration = Duration::from_mins(2);

/// The mails command.
#[derive(Args, Debug)]
pub(crate) struct MailsArgs {
    #[command(subcommand)]
    command: MailsCommand,
}

#[derive(Debug, Subcommand)]
enum MailsCommand {
    /// Sends what still lies in Outbox
    ///
    /// For mails that could not be sent within an hour, which the table keeps for 7 days. Each is put into the table anew, so that
    /// the function `mail` sends it, with the settings and the rights of the deployment and with a code that is good from then on.
    /// Look into the function's log for what becomes of them. Mails of the last two minutes are left alone.
    Send {
        #[command(flatten)]
        target: TargetArgs,
    },
}

pub(super) async fn run(args: MailsArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let MailsCommand::Send { target } = args.command;
    let target = target.find(environment).await?;
    let outbox = OutboxTable::read(&target.environment, &target.client)?;
    let failed = |error| CommandError::of("mails", &target, &error);
    let mut out = io::stdout().lock();
    let (mut sent, mut left) = (0, 0);
    for id in outbox.ids().await.map_err(failed)? {
        let Some(intent) = outbox.intent(&id).await.map_err(failed)? else { continue };
        if now < intent.at.after(ON_ITS_WAY) {
            left += 1;
        } else if outbox.put_again(&intent, IntentId::generate(now)).await.map_err(failed)? {
            writeln!(out, "{}, asked for at {}", intent.subject, text(intent.at))?;
            sent += 1;
        }
    }
    writeln!(out, "Mails {target} that are sent again: {sent}. Left alone, since they are on their way: {left}.")?;
    Ok(())
}
