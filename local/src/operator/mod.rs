//! What an operator does by hand: one file for each group of commands.

mod confirmation;
mod copy;
mod digest;
mod identities;
mod keys;
mod mails;
mod patience;
mod private_file;
mod progress;
mod refused;
mod server_time;
mod smoke;
mod tables;
mod target;
mod times;
mod tokens;
mod users;

use std::error::Error;
use std::fmt;

use clap::Subcommand;
use shared::clock::Timestamp;
use shared::environment::Environment;
use shared::error_chain::with_causes;

use target::Target;

/// The commands. What a command does is said here, or at its arguments if it has no commands below it.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Rotates, revokes or repairs the signing keys
    Keys(keys::KeysArgs),
    /// Ends tokens before their time
    Tokens(tokens::TokensArgs),
    Digest(digest::DigestArgs),
    /// Lists and unlinks what users sign in with at providers
    Identities(identities::IdentitiesArgs),
    /// Sends mails that could not be sent
    Mails(mails::MailsArgs),
    /// Finds, changes, moves and restores accounts
    Users(users::UsersArgs),
    /// Deletes the empty tables that a failed first deploy left
    Tables(tables::TablesArgs),
    Smoke(smoke::SmokeArgs),
}

/// Does what the command says, at the time `now`.
pub(crate) async fn run(command: Command, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Keys(args) => keys::run(args, environment, now).await,
        Command::Tokens(args) => tokens::run(args, environment, now).await,
        Command::Digest(args) => digest::run(args, environment).await,
        Command::Identities(args) => identities::run(args, environment, now).await,
        Command::Mails(args) => mails::run(args, environment, now).await,
        Command::Users(args) => users::run(args, environment, now).await,
        Command::Tables(args) => tables::run(args, environment).await,
        Command::Smoke(args) => smoke::run(args, environment).await,
    }
}

/// Why a command did nothing, beside what the domain and the store have to say.
#[derive(Debug)]
struct CommandError(String);

impl CommandError {
    fn new(reason: String) -> Self {
        Self(reason)
    }

    /// What went wrong with `what` there, in one line: the next step if that is known, and else every cause, of which some of
    /// the AWS SDK's have several lines.
    fn of(what: &str, target: &Target, error: &(dyn Error + 'static)) -> Self {
        let reason = refused::next_step(&target.place, error).unwrap_or_else(|| {
            let causes = with_causes(error);
            causes.lines().map(str::trim).collect::<Vec<_>>().join(" ")
        });
        Self(format!("the {what} {target}: {reason}"))
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for CommandError {}
