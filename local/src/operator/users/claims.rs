//! `users claims`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use shared::clock::Timestamp;
use shared::domain::UserClaims;
use shared::environment::Environment;

use super::administration::Administration;
use super::{OneUser, shown};
use crate::operator::{CommandError, tokens};

/// The claims command.
#[derive(Args, Debug)]
pub(super) struct ClaimsArgs {
    #[command(subcommand)]
    command: ClaimsCommand,
}

#[derive(Debug, Subcommand)]
enum ClaimsCommand {
    /// Shows the claims of a user
    Show {
        #[command(flatten)]
        user: OneUser,
    },
    /// Replaces a user's claims
    ///
    /// New tokens carry them. {} removes all. Reserved names and more than 1,024 bytes are refused.
    Set {
        #[command(flatten)]
        user: OneUser,
        /// A JSON object, such as '{"plan":"pro","scope":"orders:read"}'
        #[arg(value_name = "JSON")]
        claims: String,
        /// End the user's sessions and tokens, so that no token with the claims of before is left
        #[arg(long)]
        end_tokens: bool,
    },
}

pub(super) async fn run(args: ClaimsArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    match args.command {
        ClaimsCommand::Show { user } => {
            let (id, output) = (user.user_id(), user.output);
            let administration = Administration::open(user.target, environment).await?;
            let claims = Value::Object(shown::claims(&administration.account(&id).await?.user));
            Ok(output.tell(&claims, &claims)?)
        }
        ClaimsCommand::Set { user, claims, end_tokens } => {
            let claims = UserClaims::parse(&claims).map_err(|error| CommandError::new(error.to_string()))?;
            let (id, output) = (user.user_id(), user.output);
            let administration = Administration::open(user.target, environment).await?;
            let Administration { accounts, target } = &administration;
            accounts.set_claims(&id, &claims).await.map_err(|error| administration.refused(&id, &error))?;
            let when = if end_tokens {
                tokens::end_all(&id, target, now).await?;
                "and ended their sessions and tokens so far"
            } else {
                "which stand in tokens from the next one on"
            };
            let claims: Value = serde_json::from_str(claims.as_json())?;
            Ok(output.tell(
                format!("Set the claims of user {id} {target}, {when}."),
                &json!({"id": id.as_str(), "claims": claims}),
            )?)
        }
    }
}
