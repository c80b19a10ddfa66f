//! `tokens end`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io::{self, Write as _};
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};
use shared::clock::Timestamp;
use shared::domain::{TokenEndStore as _, UserId, UserStore as _};
use shared::environment::Environment;
use shared::store::UserTable;

use super::CommandError;
use super::server_time::ServerTime;
use super::target::{Target, TargetArgs};

/// Tokens that are issued so much later end too: DynamoDB says the time in whole seconds, and the functions' clocks differ a
/// little from its own. The command takes as long, so that whoever logs in after it gets a token that is good.
const ALLOWANCE: Duration = Duration::from_secs(2);

/// The tokens command.
#[derive(Args, Debug)]
pub(crate) struct TokensArgs {
    #[command(subcommand)]
    command: TokensCommand,
}

#[derive(Debug, Subcommand)]
enum TokensCommand {
    /// Ends every session of a user, and every token that they have been given so far
    ///
    /// The user can log in again at once. The functions follow at once; API Gateway's authorizers know nothing of it and
    /// accept each token until it expires.
    End {
        /// The user's id, as `/auth/me` and the log show it
        #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
        user: String,
        #[command(flatten)]
        target: TargetArgs,
    },
}

pub(super) async fn run(args: TokensArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let TokensCommand::End { user, target } = args.command;
    let target = target.find(environment).await?;
    let id = UserId::from_trusted(user);
    end_all(&id, &target, now).await?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "Ended the sessions and tokens that user {} {target} has so far. The functions refuse them at once;",
        id.as_str()
    )?;
    writeln!(out, "API Gateway's authorizers accept each until it expires. The user can log in again.")?;
    Ok(())
}

/// Ends every session and token that a user has so far.
pub(super) async fn end_all(id: &UserId, target: &Target, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let server_time = ServerTime::default();
    let users = UserTable::read(&target.environment, &server_time.watch(&target.client))?;
    let failed = |error| CommandError::of("users", target, &error);
    let Some(user) = users.user(id).await.map_err(failed)? else {
        return Err(CommandError::new(format!("there is no user {:?} {target}: nothing was done", id.as_str())).into());
    };
    let at = server_time.last().unwrap_or(now).after(ALLOWANCE);
    // The write forgets single log-outs, none of whose tokens may be good again.
    let at = user.ended_tokens.last_issued().map_or(at, |issued| issued.max(at));
    users.end_tokens(id, at).await.map_err(failed)?;
    tokio::time::sleep(ALLOWANCE).await;
    Ok(())
}
