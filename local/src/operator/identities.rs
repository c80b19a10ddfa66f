//! `identities list` and `identities unlink`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io::{self, Write as _};

use aws_sdk_dynamodb::types::AttributeValue;
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};
use shared::clock::Timestamp;
use shared::domain::{
    IdentityKey, IdentityStore as _, LinkedIdentity, NewGeneration, Unlinking, User, UserId, UserStore as _,
};
use shared::environment::Environment;
use shared::mail::LinkStore as _;
use shared::store::schema::{IDENTITIES, LINKED_AT, USER_ID};
use shared::store::{IdentityTables, Table, UserTable};

use super::CommandError;
use super::confirmation::Confirmation;
use super::target::{Target, TargetArgs};
use super::times::{point_in_time, text};

/// The identities command.
#[derive(Args, Debug)]
pub(crate) struct IdentitiesArgs {
    #[command(subcommand)]
    command: IdentitiesCommand,
}

#[derive(Debug, Subcommand)]
enum IdentitiesCommand {
    /// Lists linked sign-ins: those of a user, or all that were linked since a time
    ///
    /// One line each: when it was linked, the user's id, and the provider's issuer with the person's id there.
    List {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Unlinks sign-ins of a user, and ends the user's sessions and tokens
    ///
    /// For what somebody else has linked: with a stolen token, or while they held a signing key. Neither `tokens end` nor `keys
    /// revoke` ends such a link. The user can log in again in every way that is left. If none is left, nothing is done.
    Unlink {
        /// The user's id, as `/auth/me`, the log and `identities list` show it
        #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
        user: String,
        /// Only what was linked at this time or later, such as 2026-11-27T14:05:00Z
        #[arg(long, value_name = "TIME", value_parser = point_in_time)]
        since: Option<Timestamp>,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        target: TargetArgs,
    },
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Which {
    /// The user's id
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    user: Option<String>,
    /// A time, such as 2026-11-27T14:05:00Z. This reads the whole table
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    since: Option<Timestamp>,
}

pub(super) async fn run(args: IdentitiesArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    match args.command {
        IdentitiesCommand::List { which, target } => {
            let target = target.find(environment).await?;
            let found = match which {
                Which { user: Some(user), .. } => of_user(&find_user(user, &target).await?, &target).await?,
                Which { since, .. } => linked_since(since.unwrap_or(now), &target).await?,
            };
            list(&found)
        }
        IdentitiesCommand::Unlink { user, since, confirmation, target } => {
            let target = target.find(environment).await?;
            unlink(&find_user(user, &target).await?, since, &confirmation, &target, now).await
        }
    }
}

/// An identity and its link.
#[derive(Debug)]
struct Found {
    key: IdentityKey,
    user: UserId,
    linked_at: Timestamp,
}

async fn find_user(id: String, target: &Target) -> Result<User, Box<dyn Error>> {
    let (users, id) = (UserTable::read(&target.environment, &target.client)?, UserId::from_trusted(id));
    let user = users.user(&id).await.map_err(|error| CommandError::of("users", target, &error))?;
    let nobody = || CommandError::new(format!("there is no user {:?} {target}: nothing was done", id.as_str()));
    Ok(user.ok_or_else(nobody)?)
}

/// Those that lead to this user. What the user lists and no link leads from logs nobody in.
async fn of_user(user: &User, target: &Target) -> Result<Vec<Found>, Box<dyn Error>> {
    let tables = IdentityTables::read(&target.environment, &target.client)?;
    let mut found = Vec::new();
    for key in user.identities.iter().map(LinkedIdentity::key) {
        let link = tables.link(&key).await.map_err(|error| CommandError::of("identities", target, &error))?;
        if let Some(link) = link.filter(|link| link.user_id == user.id) {
            found.push(Found { key, user: link.user_id, linked_at: link.linked_at });
        }
    }
    found.sort_by_key(|found| found.linked_at);
    Ok(found)
}

async fn linked_since(since: Timestamp, target: &Target) -> Result<Vec<Found>, Box<dyn Error>> {
    let table = Table::read(&target.environment, &target.client, &IDENTITIES)?;
    let scan = target.client.scan().table_name(table.name()).consistent_read(true);
    let scan = scan.filter_expression("#at >= :since").expression_attribute_names("#at", LINKED_AT);
    let scan = scan.expression_attribute_values(":since", AttributeValue::N(since.as_millis().to_string()));
    let mut items = scan.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        let item = item.map_err(|error| CommandError::of("identities", target, &error))?;
        let string = |name| item.get(name).and_then(|value| value.as_s().ok().cloned());
        let linked_at = item.get(LINKED_AT).and_then(|value| value.as_n().ok()?.parse().ok());
        let (Some(key), Some(user), Some(linked_at)) = (string(IDENTITIES.key), string(USER_ID), linked_at) else {
            return Err(CommandError::new(format!("{} {target} has an item of another form", table.name())).into());
        };
        let (key, user) = (IdentityKey::from_trusted(key), UserId::from_trusted(user));
        found.push(Found { key, user, linked_at: Timestamp::from_millis(linked_at) });
    }
    found.sort_by_key(|found| found.linked_at);
    Ok(found)
}

fn list(found: &[Found]) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    for Found { key, user, linked_at } in found {
        writeln!(out, "{}  {user}  {}", text(*linked_at), key.as_str())?;
    }
    if found.is_empty() {
        writeln!(out, "There is no linked sign-in.")?;
    }
    Ok(())
}

async fn unlink(
    user: &User,
    since: Option<Timestamp>,
    confirmation: &Confirmation,
    target: &Target,
    now: Timestamp,
) -> Result<(), Box<dyn Error>> {
    let found = of_user(user, target).await?;
    let to_unlink: Vec<_> = found.iter().filter(|found| since.is_none_or(|since| found.linked_at >= since)).collect();
    let identities: Vec<_> = to_unlink.iter().filter_map(|found| user.identities.with_key(&found.key)).collect();
    if identities.is_empty() {
        return Err(
            CommandError::new(format!("user {} has no such sign-in {target}: nothing was done", user.id)).into()
        );
    }
    if user.passwordless && identities.len() == found.len() {
        let reason = format!("user {} {target} could not log in any more: nothing was done", user.id);
        return Err(CommandError::new(reason).into());
    }
    let keys: Vec<_> = to_unlink.iter().map(|found| found.key.as_str()).collect();
    let keys = keys.join(", ");
    confirmation.ask(&format!("Unlink {keys} from user {} {target}, and end their sessions and tokens?", user.id))?;

    let tables = IdentityTables::read(&target.environment, &target.client)?;
    let generation = NewGeneration { user, kept: None, at: now };
    let unlinking = Unlinking { generation, identities: &identities };
    let done =
        tables.remove_links(unlinking, None).await.map_err(|error| CommandError::of("identities", target, &error))?;
    if !done {
        let reason = format!("user {} {target} has changed meanwhile: nothing was done, run it again", user.id);
        return Err(CommandError::new(reason).into());
    }
    let mut out = io::stdout().lock();
    writeln!(out, "Unlinked {keys} from user {} {target}, and ended the sessions and tokens so far.", user.id)?;
    writeln!(out, "API Gateway's authorizers accept each token until it expires. The user can log in again.")?;
    Ok(())
}
