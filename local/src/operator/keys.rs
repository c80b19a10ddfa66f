//! `keys rotate`, `keys revoke` and `keys repair`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;

use clap::{Args, Subcommand};
use shared::clock::Timestamp;
use shared::environment::Environment;
use shared::keys::{ChangeError, KeyAdministration, KeyChange};
use shared::store::SigningKeyTables;
use shared::tokens::TokenLifetimes;

use super::CommandError;
use super::target::{Target, TargetArgs};

/// The keys command.
#[derive(Args, Debug)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Lets the next key sign before its time, in a way that no user notices
    ///
    /// The current key becomes the previous one, the next one the current one, and a new next one is made. Refused
    /// while the next key has been public for less than 2 h 10 min, since API Gateway's authorizers may not know it
    /// yet, and while the current key has served for less than a token is valid and 10 minutes, since tokens that the
    /// previous one signed may still be in use.
    Rotate {
        /// For how long the deployment's tokens are valid, or those of sessions if that is longer (ACCESS_SECONDS) [default:
        /// TOKEN_LIFETIME_SECONDS, or 86400]
        #[arg(long, value_name = "SECONDS")]
        token_lifetime_seconds: Option<u64>,
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Drops the keys that have signed so far and ends every session: every user has to log in again
    ///
    /// For when a key may be in wrong hands. The previous and the current key are dropped, the next one becomes the
    /// current one, and a new next one is made. The key of refresh tokens is renewed. Never refused. The functions follow within 5 minutes, API Gateway's
    /// authorizers within 2 hours of that. Who has read the whole table SigningKeys has the next key too: run this
    /// twice then.
    Revoke {
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Makes a new key set where only half of one is stored
    ///
    /// Sign-up and log-in answer 503 then, and their log names the table that holds the half. Refused while the set is
    /// whole. Every user has to log in again.
    Repair {
        #[command(flatten)]
        target: TargetArgs,
    },
}

pub(super) async fn run(args: KeysArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    match args.command {
        KeysCommand::Rotate { token_lifetime_seconds, target } => {
            let environment = match token_lifetime_seconds {
                Some(seconds) => environment.with("TOKEN_LIFETIME_SECONDS", seconds.to_string()),
                None => environment,
            };
            let token_lifetime = TokenLifetimes::read(&environment)?.longest();
            let target = target.find(environment).await?;
            let rotated = administration(&target)?.rotate(token_lifetime, now).await;
            let change = rotated.map_err(|error| refused(&error, &target))?;
            Ok(report_rotation(&change, &target)?)
        }
        KeysCommand::Revoke { target } => {
            let target = target.find(environment).await?;
            let change = administration(&target)?.revoke(now).await.map_err(|error| refused(&error, &target))?;
            Ok(report_revocation(&change, &target)?)
        }
        KeysCommand::Repair { target } => {
            let target = target.find(environment).await?;
            let change = administration(&target)?.repair(now).await.map_err(|error| refused(&error, &target))?;
            Ok(report_repair(&change, &target)?)
        }
    }
}

/// Does what `keys revoke` does. Without keys there are no tokens, and nothing to revoke.
pub(super) async fn revoke_if_any(target: &Target, now: Timestamp) -> Result<(), Box<dyn Error>> {
    match administration(target)?.revoke(now).await {
        Ok(change) => Ok(report_revocation(&change, target)?),
        Err(ChangeError::NoSet) => Ok(writeln!(io::stdout(), "There are no keys {target} yet, and so no tokens.")?),
        Err(error) => Err(refused(&error, target).into()),
    }
}

fn administration(target: &Target) -> Result<KeyAdministration, Box<dyn Error>> {
    let tables = SigningKeyTables::read(&target.environment, &target.client)?;
    Ok(KeyAdministration::new(Arc::new(tables)))
}

fn refused(error: &(dyn Error + 'static), target: &Target) -> CommandError {
    CommandError::of("keys", target, error)
}

fn report_rotation(change: &KeyChange, target: &Target) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "Rotated the keys {target}: the set is now version {}.", change.set.version())?;
    write_keys(&mut out, change)?;
    writeln!(out, "Sign-up and log-in sign with the current key within 5 minutes. The functions know it already, and")?;
    writeln!(out, "so do API Gateway's authorizers, which read the keys every 2 hours. No good token is refused.")
}

fn report_revocation(change: &KeyChange, target: &Target) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "Revoked keys {target}: the set is now version {}.", change.set.version())?;
    write_keys(&mut out, change)?;
    writeln!(
        out,
        "The functions follow within 5 minutes: tokens of the dropped keys and of all sessions are refused, users log in again."
    )?;
    writeln!(out, "API Gateway's authorizers follow within 2 hours of that, and accept such tokens until then.")?;
    if change.current_may_be_unknown {
        writeln!(out, "Warning: the current key has been public for less than 2 h 10 min. Until API Gateway's")?;
        writeln!(out, "authorizers read the keys again, within 2 hours, they may refuse good tokens.")?;
    }
    Ok(())
}

fn report_repair(change: &KeyChange, target: &Target) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "Repaired the keys {target}: a new set, version {}.", change.set.version())?;
    write_keys(&mut out, change)?;
    writeln!(out, "Sign-up and log-in work again at once. Tokens of earlier keys and of sessions are refused by the")?;
    writeln!(
        out,
        "functions within 5 minutes, and users log in again. API Gateway's authorizers follow within 2 hours of that; until"
    )?;
    writeln!(out, "then they accept such tokens and may refuse good ones.")
}

fn write_keys(out: &mut impl Write, change: &KeyChange) -> io::Result<()> {
    for kid in &change.dropped {
        writeln!(out, "  dropped   {kid}")?;
    }
    if let Some(previous) = change.set.previous() {
        writeln!(out, "  previous  {}", previous.kid())?;
    }
    writeln!(out, "  current   {}", change.set.current().kid())?;
    writeln!(out, "  next      {} (new)", change.set.next().kid())
}
