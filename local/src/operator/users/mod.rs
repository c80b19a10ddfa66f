//! `users`: one file for each command.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

mod account_line;
mod administration;
mod claims;
mod create;
mod delete;
mod disable;
mod end_sessions;
mod export;
mod find;
mod import;
mod invite;
mod list;
mod new_secret;
mod output;
mod profile;
mod restore;
mod send_reset;
mod set_password;
mod show;
mod shown;
mod verify_email;

use std::error::Error;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};
use shared::clock::Timestamp;
use shared::domain::UserId;
use shared::environment::Environment;

use super::target::TargetArgs;
use output::OutputArgs;

/// The users command.
#[derive(Args, Debug)]
pub(crate) struct UsersArgs {
    #[command(subcommand)]
    command: UsersCommand,
}

#[derive(Debug, Subcommand)]
enum UsersCommand {
    Find(find::FindArgs),
    Show(show::ShowArgs),
    List(list::ListArgs),
    Create(create::CreateArgs),
    SetPassword(set_password::SetPasswordArgs),
    Disable(disable::DisableArgs),
    Enable(disable::EnableArgs),
    Delete(delete::DeleteArgs),
    /// Shows or replaces a user's claims
    Claims(claims::ClaimsArgs),
    /// Shows or replaces a user's profile
    Profile(profile::ProfileArgs),
    VerifyEmail(verify_email::VerifyEmailArgs),
    SendReset(send_reset::SendResetArgs),
    EndSessions(end_sessions::EndSessionsArgs),
    Invite(invite::InviteArgs),
    Import(import::ImportArgs),
    Export(export::ExportArgs),
    Restore(restore::RestoreArgs),
}

pub(super) async fn run(args: UsersArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    match args.command {
        UsersCommand::Find(args) => find::run(args, environment).await,
        UsersCommand::Show(args) => show::run(args, environment).await,
        UsersCommand::List(args) => list::run(args, environment).await,
        UsersCommand::Create(args) => create::run(args, environment, now).await,
        UsersCommand::SetPassword(args) => set_password::run(args, environment, now).await,
        UsersCommand::Disable(args) => disable::run(args, environment, now).await,
        UsersCommand::Enable(args) => disable::run_enable(args, environment).await,
        UsersCommand::Delete(args) => delete::run(args, environment, now).await,
        UsersCommand::Claims(args) => claims::run(args, environment, now).await,
        UsersCommand::Profile(args) => profile::run(args, environment).await,
        UsersCommand::VerifyEmail(args) => verify_email::run(args, environment).await,
        UsersCommand::SendReset(args) => send_reset::run(args, environment, now).await,
        UsersCommand::EndSessions(args) => end_sessions::run(args, environment, now).await,
        UsersCommand::Invite(args) => invite::run(args, environment, now).await,
        UsersCommand::Import(args) => import::run(args, environment, now).await,
        UsersCommand::Export(args) => export::run(args, environment).await,
        UsersCommand::Restore(args) => restore::run(args, environment, now).await,
    }
}

/// Which user a command is about, and where they are.
#[derive(Args, Debug)]
struct OneUser {
    /// The user's id, as `users find`, /auth/me and the log show it
    #[arg(value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    id: String,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    target: TargetArgs,
}

impl OneUser {
    fn user_id(&self) -> UserId {
        UserId::from_trusted(self.id.clone())
    }
}
