//! The rows of a file become accounts that are to be made, on a thread of their own.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use shared::domain::EmailAddress;
use tokio::sync::mpsc::Sender;

use super::candidate::{Candidate, Rules};
use super::formats::Format;
use super::outcome::{Done, Outcome};
use super::rows::{Row, Rows, Unreadable};

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

/// How rows are read.
pub(super) struct Reading {
    pub(super) rows: Rows,
    pub(super) format: Box<dyn Format>,
    pub(super) columns: HashMap<String, String>,
    pub(super) rules: Rules,
}

impl Reading {
    /// Reads every row, for as long as somebody takes them.
    pub(super) fn send_to(self, reader: &Sender<Read>) {
        let Self { rows, format, columns, rules } = self;
        let mut seen = Seen::default();
        for (row, number) in rows.zip(1..) {
            let read = match row {
                Err(Unreadable::Rest(reason)) => Read::Broken(format!("row {number}: {reason}")),
                Err(Unreadable::Row(reason)) => refused(number, None, reason),
                Ok(row) => match read(number, row.with_columns(&columns), format.as_ref(), &rules, &mut seen) {
                    Some(read) => read,
                    None => continue,
                },
            };
            if reader.blocking_send(read).is_err() {
                return;
            }
        }
        if let Some(reason) = format.missing() {
            let _nobody_reads = reader.blocking_send(Read::Broken(reason));
        }
    }
}

fn read(number: u64, row: Row, format: &dyn Format, rules: &Rules, seen: &mut Seen) -> Option<Read> {
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
        Ok(candidate) if seen.is_again(candidate.email.as_ref()) => {
            refused(number, id, "an earlier row of the file has its email address".to_owned())
        }
        Ok(candidate) => Read::Candidate(number, Box::new(candidate)),
    })
}

fn refused(row: u64, id: Option<String>, reason: String) -> Read {
    Read::Done(Done { row, id, outcome: Outcome::Refused(reason), warnings: Vec::new() })
}

/// The addresses of the rows so far, as hashes of 64 bits: 16 MB for a million. Two of a million different addresses have the
/// same one in one of 37 million files.
#[derive(Debug, Default)]
struct Seen {
    hasher: RandomState,
    addresses: HashSet<u64>,
}

impl Seen {
    fn is_again(&mut self, email: Option<&EmailAddress>) -> bool {
        email.is_some_and(|email| !self.addresses.insert(self.hasher.hash_one(email.canonical())))
    }
}
