//! `users find`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;

use clap::Args;
use shared::admin::{Account, ChangeError};
use shared::domain::{User, UserId};
use shared::environment::Environment;
use shared::keys::{DigestKey, SigningKeyStore as _};
use shared::store::{AccountScan, SigningKeyTables};

use super::administration::{Administration, email};
use super::output::OutputArgs;
use super::shown;
use crate::operator::CommandError;
use crate::operator::patience::patient;
use crate::operator::target::{Target, TargetArgs};

/// Finds the user with an email address, an id or a digest of the log
///
/// Ends with 1 if there is none.
#[derive(Args, Debug)]
pub(super) struct FindArgs {
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    target: TargetArgs,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct By {
    /// An email address, however it is spelled
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// A user's id
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// What the log has as email_digest. This reads the whole table Users
    #[arg(long, value_name = "DIGEST")]
    digest: Option<String>,
}

pub(super) async fn run(args: FindArgs, environment: Environment) -> Result<(), Box<dyn Error>> {
    let FindArgs { by, output, target } = args;
    let email = by.email.as_deref().map(email).transpose()?;
    let administration = Administration::open(target, environment).await?;
    let Administration { accounts, target } = &administration;
    let found = match (email, by.id, by.digest) {
        (Some(email), _, _) => accounts.account_of(&email).await,
        (None, Some(id), _) => accounts.account(&UserId::from_trusted(id)).await,
        (None, None, digest) => {
            let user = with_digest(&digest.unwrap_or_default(), target).await?;
            user.map(|user| Account { user, credential: None }).ok_or(ChangeError::NoUser)
        }
    };
    let Account { user, .. } = found.map_err(|error| match error {
        ChangeError::Store(error) => CommandError::of("users", target, &error),
        _nobody => {
            CommandError::new(format!("there is no such user {target}: check the spelling, or run `users list`"))
        }
    })?;
    Ok(output.tell(shown::line(&user), &shown::line_value(&user))?)
}

async fn with_digest(digest: &str, target: &Target) -> Result<Option<User>, Box<dyn Error>> {
    let tables = SigningKeyTables::read(&target.environment, &target.client)?;
    let keys = tables.signing_keys().await.map_err(|error| CommandError::of("keys", target, &error))?;
    let keys = keys.ok_or_else(|| CommandError::new(format!("there are no keys {target} yet, and so no digests")))?;
    let key = DigestKey::from_bytes(keys.digest_key);
    let has_it = |user: &User| {
        let email = user.address().ok().flatten();
        email.is_some_and(|email| key.digest(email.canonical()) == digest)
    };
    for mut scan in AccountScan::in_segments(&target.environment, &patient(&target.client), 1)? {
        while let Some(users) = scan.next_users().await.map_err(|error| CommandError::of("users", target, &error))? {
            if let Some(user) = users.into_iter().find(has_it) {
                return Ok(Some(user));
            }
        }
    }
    Ok(None)
}
