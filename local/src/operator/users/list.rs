//! `users list`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::collections::BTreeMap;
use std::error::Error;

use clap::Args;
use serde_json::json;
use shared::admin::Account;
use shared::clock::Timestamp;
use shared::domain::User;
use shared::environment::Environment;
use shared::store::AccountScan;

use super::output::OutputArgs;
use super::shown::{self, LEGACY};
use crate::operator::CommandError;
use crate::operator::patience::patient;
use crate::operator::target::TargetArgs;
use crate::operator::times::point_in_time;

/// Lists users, one line each, in no order
///
/// One line has when the account was made, the user's id, the email address, and whether it is verified and the user disabled.
/// The options narrow the list down, all together. This reads the whole table Users, and with --legacy or --hashes the
/// credentials too.
#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct ListArgs {
    /// Only users who are disabled
    #[arg(long)]
    disabled: bool,
    /// Only users whose email address was not proved
    #[arg(long)]
    unverified: bool,
    /// Only users whose password is still known to the old system alone
    #[arg(long)]
    legacy: bool,
    /// Only accounts that were made at this time or later, such as 2026-11-27T14:05:00Z
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    since: Option<Timestamp>,
    /// Instead of users, how many of them have a password that is hashed in which way
    #[arg(long)]
    hashes: bool,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    target: TargetArgs,
}

/// The kind of password of an account without one.
const NO_PASSWORD: &str = "none";

pub(super) async fn run(args: ListArgs, environment: Environment) -> Result<(), Box<dyn Error>> {
    let ListArgs { output, hashes, .. } = args;
    let needs_credentials = args.legacy || hashes;
    let target = args.target.find(environment).await?;
    let failed = |error| CommandError::of("users", &target, &error);
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    let listed = |user: &User| {
        (!args.disabled || user.disabled_at.is_some())
            && (!args.unverified || !user.email_verified)
            && args.since.is_none_or(|since| user.created_at >= since)
    };
    for mut scan in AccountScan::in_segments(&target.environment, &patient(&target.client), 1)? {
        while let Some(users) = scan.next_users().await.map_err(failed)? {
            let users: Vec<User> = users.into_iter().filter(listed).collect();
            let accounts = if needs_credentials {
                scan.with_credentials(users).await.map_err(failed)?
            } else {
                users.into_iter().map(|user| Account { user, credential: None }).collect()
            };
            for account in &accounts {
                let kind = shown::password(account).unwrap_or(NO_PASSWORD);
                if args.legacy && kind != LEGACY {
                    continue;
                }
                if hashes {
                    *kinds.entry(kind.to_owned()).or_default() += 1;
                } else {
                    output.tell(shown::line(&account.user), &shown::line_value(&account.user))?;
                }
            }
        }
    }
    for (kind, count) in kinds {
        output.tell(format!("{count:>10}  {kind}"), &json!({"password": kind, "users": count}))?;
    }
    Ok(())
}
