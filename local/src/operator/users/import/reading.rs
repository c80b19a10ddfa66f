//! The rows of a file become accounts that are to be made, on a thread of their own.

use std::collections::HashMap;

use tokio::sync::mpsc::Sender;

use super::candidate::{Candidate, Rules};
use super::choice::{Choice, Claimants};
use super::formats::Format;
use super::outcome::{Done, Outcome};
use super::rows::{Row, Rows, Unreadable};
use crate::operator::progress::Progress;

/// A row that was read.
#[derive(Debug)]
pub(super) enum Read {
    /// It may become an account.
    Candidate(u64, Box<Candidate>),
    /// Nothing more is to be done about it.
    Done(Done),
    /// The rest of the file cannot be read.
    Broken(String),
}

/// How rows are read the first time.
pub(super) struct Reading {
    /// The rows, from which the one for each address is chosen, and once more, to be taken.
    pub(super) rows: [Rows; 2],
    pub(super) format: Box<dyn Format>,
    pub(super) columns: HashMap<String, String>,
    pub(super) rules: Rules,
}

/// How rows are read once it is clear which of them have a right to their addresses.
pub(super) struct Chosen {
    rows: Rows,
    format: Box<dyn Format>,
    columns: HashMap<String, String>,
    rules: Rules,
    choice: Choice,
}

impl Reading {
    /// Chooses among the rows that may become accounts: a row that cannot become one takes no address from another.
    pub(super) fn choose(self) -> Chosen {
        let Self { rows: [first_time, rows], format, columns, rules } = self;
        let progress = Progress::of("reading users".to_owned());
        let mut claimants = Claimants::default();
        for (row, number) in first_time.zip(1..) {
            let read = row.ok().and_then(|row| read(number, row.with_columns(&columns), format.as_ref(), &rules));
            if let Some(Read::Candidate(number, candidate)) = read
                && let Some(email) = &candidate.email
            {
                claimants.add(number, email, candidate.user.email_verified);
            }
            progress.add(1);
        }
        let _ = progress.end();
        // Whatever is missing is told when the rows are taken.
        let _ = format.end();
        Chosen { rows, format, columns, rules, choice: claimants.choose() }
    }
}

impl Chosen {
    /// Reads every row, for as long as somebody takes them.
    pub(super) fn send_to(self, reader: &Sender<Read>) {
        let Self { rows, format, columns, rules, choice } = self;
        for (row, number) in rows.zip(1..) {
            let read = match row {
                Err(Unreadable::Rest(reason)) => Read::Broken(format!("row {number}: {reason}")),
                Err(Unreadable::Row(reason)) => refused(number, None, reason),
                Ok(row) => match read(number, row.with_columns(&columns), format.as_ref(), &rules) {
                    Some(Read::Candidate(number, candidate)) => chosen(number, candidate, &choice),
                    Some(read) => read,
                    None => continue,
                },
            };
            if reader.blocking_send(read).is_err() {
                return;
            }
        }
        if let Some(reason) = format.end() {
            let _nobody_reads = reader.blocking_send(Read::Broken(reason));
        }
    }
}

fn read(number: u64, row: Row, format: &dyn Format, rules: &Rules) -> Option<Read> {
    let profile = row.profile();
    let record = format.record(row).and_then(|record| Ok((record, profile?)));
    let record = match record {
        Ok((record, profile)) => {
            let mut record = record?;
            record.profile.extend(profile);
            record
        }
        Err(reason) => return Some(refused(number, None, reason)),
    };
    let id = record.id.clone();
    if record.is_deleted {
        return Some(Read::Done(Done { row: number, id, outcome: Outcome::Skipped, warnings: Vec::new() }));
    }
    Some(match Candidate::of(record, rules) {
        Err(reason) => refused(number, id, reason),
        Ok(candidate) => Read::Candidate(number, Box::new(candidate)),
    })
}

fn chosen(number: u64, candidate: Box<Candidate>, choice: &Choice) -> Read {
    match choice.instead_of(number) {
        None => Read::Candidate(number, candidate),
        Some(chosen) => {
            let outcome = Outcome::Conflict(format!("row {chosen} has the same email address and goes first"));
            let id = Some(candidate.user.id.to_string());
            Read::Done(Done { row: number, id, outcome, warnings: Vec::new() })
        }
    }
}

fn refused(row: u64, id: Option<String>, reason: String) -> Read {
    Read::Done(Done { row, id, outcome: Outcome::Refused(reason), warnings: Vec::new() })
}
