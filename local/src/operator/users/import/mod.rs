//! `users import`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

mod candidate;
mod choice;
mod formats;
mod moments;
mod outcome;
mod pace;
mod reading;
mod record;
mod report;
mod rows;
mod writing;

use std::collections::HashMap;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use shared::clock::Timestamp;
use shared::domain::ProfileFields;
use shared::environment::Environment;
use shared::store::AdminTables;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::spawn_blocking;

use super::output::OutputArgs;
use crate::operator::CommandError;
use crate::operator::progress::Progress;
use crate::operator::target::{Target, TargetArgs};
use candidate::Rules;
use formats::System;
use outcome::{Done, Outcome};
use pace::Pace;
use reading::{Read, Reading};
use report::Report;
use writing::Writing;

/// What --columns may name.
const COLUMNS: [&str; 14] = [
    "id",
    "email",
    "email_verified",
    "password",
    "salt",
    "name",
    "created_at",
    "disabled",
    "deleted_at",
    "identities",
    "claims",
    "profile",
    "attributes",
    "user_metadata",
];
/// How many rows are read ahead.
const AHEAD: usize = 256;

/// Brings users of another system here, with their ids and password hashes
///
/// The file is CSV with a header, JSON with an object on each line, or a JSON array. docs/moving.md says how each system exports
/// it. Each row makes an account as a sign-up does, or nothing. To run it again is safe: users who are here already are left as
/// they are. At the first log-in with the right password its hash becomes one of Latchkey's own.
///
/// Of rows with one email address, the first that the old system has verified makes the account, or else the first.
///
/// Rows that made no account, and what was left out of others, are listed with their reasons. Ends with 0 only if every user of
/// the file is here.
#[derive(Args, Debug)]
pub(super) struct ImportArgs {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The system that the users come from
    #[arg(long, value_name = "SYSTEM", value_enum)]
    from: System,
    /// For auth0, the file of hashes; for firebase, a file with the project's hash_config
    #[arg(long, value_name = "FILE")]
    passwords: Option<PathBuf>,
    /// The names that columns have in this file, if they are not those of the system: id=uid,email=mail,password=pw
    ///
    /// profile.company=firm makes the column firm the field company of the profile, and profile=user_metadata takes a whole
    /// object. Set PROFILE_FIELDS to what the deployment has, so that numbers in a CSV become numbers.
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',', value_parser = column)]
    columns: Vec<(String, String)>,
    /// Drop this from the beginning of ids, such as auth0|
    #[arg(long, value_name = "PREFIX")]
    id_prefix_strip: Option<String>,
    /// Let log-in ask the old system (LEGACY_LOGIN) for passwords without a hash that can be verified
    #[arg(long)]
    legacy: bool,
    /// Bring users without their hashes. They set a password by a reset
    #[arg(long, conflicts_with = "legacy")]
    without_passwords: bool,
    /// Write nothing, and say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Write the rows that need a look into this new file, one JSON object a line, without hashes
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// How many rows are written at the same time
    #[arg(long, value_name = "COUNT", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1000))]
    concurrency: u16,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    target: TargetArgs,
}

pub(super) async fn run(args: ImportArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let rules = Rules {
        id_prefix: args.id_prefix_strip,
        legacy: args.legacy,
        without_passwords: args.without_passwords,
        issuers: Rules::issuers(&environment),
        profile_fields: ProfileFields::read(&environment)?,
        now,
    };
    let cannot_read = |error| CommandError::new(format!("cannot read {}: {error}", args.file.display()));
    let reading = Reading {
        rows: rows::open_twice(&args.file, args.from.wrapper()).map_err(cannot_read)?,
        format: args.from.format(args.passwords.as_deref(), now)?,
        columns: args.columns.into_iter().collect::<HashMap<_, _>>(),
        rules,
    };
    let target = args.target.find(environment).await?;
    let writing = Writing {
        store: Arc::new(AdminTables::read(&target.environment, &target.client)?),
        pace: Arc::new(Pace::of(args.concurrency.into())),
        is_dry_run: args.dry_run,
    };
    let mut report = Report::to(args.report.as_deref())?;

    let chosen = spawn_blocking(move || reading.choose()).await?;
    let (sender, rows) = channel(AHEAD);
    let reader = spawn_blocking(move || chosen.send_to(&sender));
    let progress = Progress::of(if args.dry_run { "checking users".to_owned() } else { "importing users".to_owned() });
    let done = import(rows, &writing, &mut report, &progress, &target).await;
    let _ = progress.end();
    reader.await?;
    let totals = report.end(args.output)?;
    let what = if args.dry_run { "A dry run, which wrote nothing. " } else { "" };
    args.output.tell(format!("{what}{totals}"), &totals.value())?;
    done?;
    if totals.is_all() {
        return Ok(());
    }
    Err(CommandError::new("some users are not here: see the rows above, mend them, and run it again".to_owned()).into())
}

/// Writes every row. What fails ends it, after the rows that are under way.
async fn import(
    mut rows: Receiver<Read>,
    writing: &Writing,
    report: &mut Report,
    progress: &Progress,
    target: &Target,
) -> Result<(), CommandError> {
    let mut under_way = FuturesUnordered::new();
    let (mut is_open, mut failure) = (true, None);
    loop {
        let done: Done = tokio::select! {
            read = rows.recv(), if is_open && under_way.len() < writing.pace.limit() => match read {
                Some(Read::Candidate(row, candidate)) => {
                    under_way.push(tokio::spawn(writing.clone().write(row, candidate)));
                    continue;
                }
                Some(Read::Done(done)) => done,
                Some(Read::Broken(reason)) => {
                    failure.get_or_insert_with(|| CommandError::new(format!("the file cannot be read to its end: {reason}")));
                    continue;
                }
                None => {
                    is_open = false;
                    continue;
                }
            },
            Some(written) = under_way.next(), if !under_way.is_empty() => match written {
                Ok(Ok(done)) => done,
                Ok(Err(error)) => {
                    is_open = false;
                    rows.close();
                    failure.get_or_insert_with(|| CommandError::of("users", target, &error));
                    continue;
                }
                Err(error) => {
                    is_open = false;
                    rows.close();
                    failure.get_or_insert_with(|| CommandError::new(format!("a row was given up: {error}")));
                    continue;
                }
            },
            else => break,
        };
        progress.add_one(matches!(done.outcome, Outcome::Conflict(_)));
        report.add(&done).map_err(|error| CommandError::new(format!("cannot write the report: {error}")))?;
    }
    match failure {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

fn column(text: &str) -> Result<(String, String), String> {
    let example = "give our name and theirs, such as email=mail";
    let (ours, theirs) = text.split_once('=').filter(|(_ours, theirs)| !theirs.is_empty()).ok_or(example)?;
    if COLUMNS.contains(&ours) || rows::profile_field(ours).is_some() {
        Ok((ours.to_owned(), theirs.to_owned()))
    } else {
        Err(format!("our columns are {} and profile.FIELD", COLUMNS.join(", ")))
    }
}
