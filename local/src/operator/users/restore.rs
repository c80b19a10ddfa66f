//! `users restore`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io::{self, Write as _};

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use aws_sdk_dynamodb::types::{KeyType, RestoreSummary, TableDescription, TableStatus};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use shared::clock::Timestamp;
use shared::environment::Environment;
use shared::store::schema::{CREDENTIALS, IDENTITIES, USERS};
use shared::store::{Table, TableSpec};

use crate::operator::confirmation::Confirmation;
use crate::operator::copy::copy_items;
use crate::operator::progress::Progress;
use crate::operator::target::{Target, TargetArgs};
use crate::operator::{CommandError, keys};

/// What an account is made of. Users come first: if the copy ends early, no credential names a user who is not there, nor does
/// an identity lead to one.
const RESTORED: [&TableSpec; 3] = [&USERS, &CREDENTIALS, &IDENTITIES];

/// Puts restored accounts back, and ends every token
///
/// For tables that DynamoDB has restored to a point in time, beside the stack's own: NAME-users-restored,
/// NAME-credentials-restored and NAME-identities-restored. Every item of these goes into the stack's own table, in the place
/// of the one with the same key. Accounts that were made since stay, but for those whose address or linked sign-in a restored
/// account has. Then the keys are revoked as by `keys revoke`, since the restored users know nothing of log-outs since:
/// everybody has to log in again.
///
/// Stop the functions first. If it ends early, run it again.
#[derive(Args, Debug)]
pub(super) struct RestoreArgs {
    /// What the names of the restored tables end with
    #[arg(long, value_name = "SUFFIX", default_value = "-restored", allow_hyphen_values = true, value_parser = NonEmptyStringValueParser::new())]
    suffix: String,
    /// Leaves the table Identities as it is, for a time at which it did not exist yet
    #[arg(long)]
    without_identities: bool,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    target: TargetArgs,
}

pub(super) async fn run(args: RestoreArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let RestoreArgs { suffix, without_identities, confirmation, target } = args;
    let target = target.find(environment).await?;
    let mut tables = Vec::new();
    for spec in RESTORED.into_iter().filter(|spec| !without_identities || **spec != IDENTITIES) {
        tables.push(Restoration::find(spec, &suffix, &target).await?);
    }
    let moment = common_moment(tables.iter().map(|table| (table.from.as_str(), table.restore.as_ref())))?;
    let moment = moment.map(|moment| format!(", as of {moment}")).unwrap_or_default();
    let what: Vec<_> = tables.iter().map(|table| format!("{} over {}", table.from, table.to)).collect();
    confirmation
        .ask(&format!("Copy {} {target}{moment}, and end every token? Stop the functions first.", what.join(", ")))?;

    let mut out = io::stdout();
    for Restoration { from, to, .. } in &tables {
        let progress = Progress::of(format!("copying {from}"));
        let done = copy_items(&target.client, from, to, &progress).await;
        let count = progress.end();
        done.map_err(|error| CommandError::of(&format!("copy of {from} to {to}"), &target, error.as_ref()))?;
        writeln!(out, "Copied {from} to {to}, items: {count}.")?;
    }
    keys::revoke_if_any(&target, now).await.map_err(|error| {
        let reason = "the accounts are restored, but no token is ended: mend this, and run `keys revoke`";
        CommandError::new(format!("{reason}: {error}")).into()
    })
}

/// A restored table, and the one that its items go to.
#[derive(Debug)]
struct Restoration {
    from: String,
    to: String,
    restore: Option<RestoreSummary>,
}

impl Restoration {
    /// Both tables, if they can be used and have the key of `spec`.
    async fn find(spec: &'static TableSpec, suffix: &str, target: &Target) -> Result<Self, Box<dyn Error>> {
        let to = Table::read(&target.environment, &target.client, spec)?.name().to_owned();
        let from = format!("{to}{suffix}");
        let source = match describe(&from, spec, target).await {
            Err(error) if *spec == IDENTITIES => {
                let advice = format!("{error}. Pass --without-identities if it did not exist at that time");
                return Err(CommandError::new(advice).into());
            }
            source => source?,
        };
        let destination = describe(&to, spec, target).await?;
        if !is_restored_from(&source, &destination) {
            let reason = format!("{from} {target} was not restored from {to}: nothing was done");
            return Err(CommandError::new(reason).into());
        }
        Ok(Self { from, to, restore: source.restore_summary })
    }
}

async fn describe(name: &str, spec: &TableSpec, target: &Target) -> Result<TableDescription, Box<dyn Error>> {
    let described = target.client.describe_table().table_name(name).send().await;
    let described = described.map_err(|error| CommandError::of(&format!("table {name}"), target, &error))?;
    let table = described.table.unwrap_or_else(|| TableDescription::builder().build());
    if table.table_status() != Some(&TableStatus::Active) {
        let reason = format!("{name} {target} cannot be used yet, so nothing was done: try again in a minute");
        return Err(CommandError::new(reason).into());
    }
    let has_its_key =
        matches!(table.key_schema(), [key] if key.key_type() == &KeyType::Hash && key.attribute_name() == spec.key);
    if has_its_key {
        return Ok(table);
    }
    Err(CommandError::new(format!("{name} {target} has another key than {:?}: nothing was done", spec.key)).into())
}

/// Whether DynamoDB restored one table from the other. A table that was not restored by DynamoDB may come from anywhere.
fn is_restored_from(restored: &TableDescription, table: &TableDescription) -> bool {
    let source = restored.restore_summary().and_then(RestoreSummary::source_table_arn);
    source.is_none_or(|source| Some(source) == table.table_arn())
}

/// When the tables were as they were restored, if DynamoDB says so. A user, a credential and an identity are written together,
/// so tables of different moments may hold a part of an account.
fn common_moment<'c>(
    tables: impl Iterator<Item = (&'c str, Option<&'c RestoreSummary>)>,
) -> Result<Option<String>, CommandError> {
    let moments: Vec<(&str, DateTime)> =
        tables.filter_map(|(table, restore)| Some((table, *restore?.restore_date_time()))).collect();
    let Some((_first, moment)) = moments.first() else { return Ok(None) };
    if moments.iter().all(|(_table, other)| other == moment) {
        return Ok(Some(text(moment)));
    }
    let moments: Vec<_> = moments.iter().map(|(table, moment)| format!("{table} is of {}", text(moment))).collect();
    let reason = format!("{}: restore all to the same second. Nothing was done", moments.join(", "));
    Err(CommandError::new(reason))
}

fn text(moment: &DateTime) -> String {
    moment.fmt(DateTimeFormat::DateTime).unwrap_or_else(|_beyond_the_year_9999| moment.as_secs_f64().to_string())
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::DateTime;
    use aws_sdk_dynamodb::types::{RestoreSummary, TableDescription};

    use super::{common_moment, is_restored_from};

    const USERS: &str = "arn:aws:dynamodb:eu-central-1:111122223333:table/latchkey-users";

    fn restored(seconds: i64) -> RestoreSummary {
        RestoreSummary::builder()
            .source_table_arn(USERS)
            .restore_date_time(DateTime::from_secs(seconds))
            .restore_in_progress(false)
            .build()
            .unwrap()
    }

    #[test]
    fn tables_of_different_seconds_are_not_restored_together() {
        let (evening, later) = (restored(1_764_021_600), restored(1_764_021_601));
        let moment = |users, credentials| {
            common_moment([("users", users), ("credentials", credentials)].into_iter())
                .map_err(|error| error.to_string())
        };
        assert_eq!(moment(Some(&evening), Some(&evening)), Ok(Some("2025-11-24T22:00:00Z".to_owned())));
        assert_eq!(moment(None, None), Ok(None));
        let error = moment(Some(&evening), Some(&later)).unwrap_err();
        let expected = "users is of 2025-11-24T22:00:00Z, credentials is of 2025-11-24T22:00:01Z: restore all";
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn a_table_of_another_stack_is_not_this_ones() {
        let table = |arn: &str| TableDescription::builder().table_arn(arn);
        let (users, others) = (table(USERS).build(), table("arn:aws:dynamodb:…:table/shop-users").build());
        let of_users = table("arn:aws:dynamodb:…:table/latchkey-users-restored").restore_summary(restored(0)).build();
        assert!(is_restored_from(&of_users, &users) && !is_restored_from(&of_users, &others));
        assert!(is_restored_from(&others, &users), "DynamoDB does not say where it is from");
    }
}
