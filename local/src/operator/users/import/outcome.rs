//! What becomes of a row.

use std::fmt;

use serde_json::{Map, Value, json};

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The account was made, or would be.
    Imported,
    /// It was there already.
    Already,
    /// The old system has deleted the user.
    Skipped,
    /// Another account is in the way.
    Conflict(String),
    /// The row makes no account.
    Refused(String),
}

impl Outcome {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Imported => "imported",
            Self::Already => "already",
            Self::Skipped => "skipped",
            Self::Conflict(_) => "conflict",
            Self::Refused(_) => "refused",
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Conflict(reason) | Self::Refused(reason) => Some(reason),
            Self::Imported | Self::Already | Self::Skipped => None,
        }
    }
}

/// A row and what became of it.
#[derive(Debug)]
pub(super) struct Done {
    /// Counted from 1, without the header.
    pub(super) row: u64,
    pub(super) id: Option<String>,
    pub(super) outcome: Outcome,
    /// What was left out of an account that was made.
    pub(super) warnings: Vec<String>,
}

impl Done {
    /// What an operator has to look at, if it is anything.
    pub(super) fn report(&self) -> Option<Value> {
        let is_plain = matches!(self.outcome, Outcome::Imported | Outcome::Already) && self.warnings.is_empty();
        if is_plain {
            return None;
        }
        let mut line = Map::from_iter([
            ("row".to_owned(), json!(self.row)),
            ("id".to_owned(), json!(self.id)),
            ("result".to_owned(), json!(self.outcome.name())),
        ]);
        line.extend(self.outcome.reason().map(|reason| ("reason".to_owned(), json!(reason))));
        if !self.warnings.is_empty() {
            line.insert("warnings".to_owned(), json!(self.warnings));
        }
        Some(Value::Object(line))
    }
}

/// How many rows became what.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    imported: u64,
    already: u64,
    skipped: u64,
    conflicts: u64,
    refused: u64,
    warnings: u64,
}

impl Totals {
    pub(super) fn add(&mut self, done: &Done) {
        let count = match done.outcome {
            Outcome::Imported => &mut self.imported,
            Outcome::Already => &mut self.already,
            Outcome::Skipped => &mut self.skipped,
            Outcome::Conflict(_) => &mut self.conflicts,
            Outcome::Refused(_) => &mut self.refused,
        };
        *count += 1;
        self.warnings += u64::from(!done.warnings.is_empty());
    }

    /// Whether every user of the file is here now.
    pub(super) fn is_all(self) -> bool {
        self.conflicts == 0 && self.refused == 0
    }

    pub(super) fn value(self) -> Value {
        let Self { imported, already, skipped, conflicts, refused, warnings } = self;
        json!({
            "imported": imported,
            "already": already,
            "skipped": skipped,
            "conflicts": conflicts,
            "refused": refused,
            "warnings": warnings,
        })
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { imported, already, skipped, conflicts, refused, warnings } = self;
        write!(
            f,
            "Imported: {imported}. Already there: {already}. Deleted there: {skipped}. Conflicts: {conflicts}. Refused: {refused}. \
             With warnings: {warnings}."
        )
    }
}
