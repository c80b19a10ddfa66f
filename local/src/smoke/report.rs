//! What the person who deployed reads.

use std::io::{self, Write};

use super::site::Wrong;

/// Writes each check as it is made.
#[derive(Debug)]
pub(crate) struct Report<W> {
    out: W,
    ok: usize,
    failed: usize,
    skipped: usize,
    /// Advice that was given, which is not repeated.
    given: Vec<String>,
    /// What is said at the end.
    last: String,
}

impl<W: Write> Report<W> {
    /// Nothing is checked yet.
    pub(crate) fn to(out: W) -> Self {
        Self { out, ok: 0, failed: 0, skipped: 0, given: Vec::new(), last: String::new() }
    }

    /// Writes what came of a check. Returns what it found, if nothing is wrong.
    pub(super) fn check<T>(&mut self, name: &str, result: Result<T, Wrong>) -> io::Result<Option<T>> {
        match result {
            Ok(found) => {
                self.ok += 1;
                self.line("ok", name)?;
                Ok(Some(found))
            }
            Err(Wrong { seen, advice }) => {
                self.failed += 1;
                self.line("failed", name)?;
                self.line("", &seen)?;
                if !self.given.contains(&advice) {
                    self.line("", &advice)?;
                    self.given.push(advice);
                }
                Ok(None)
            }
        }
    }

    /// Writes why a check was not made.
    pub(super) fn skip(&mut self, name: &str, reason: &str) -> io::Result<()> {
        self.skipped += 1;
        self.line("skipped", name)?;
        self.line("", reason)
    }

    /// Keeps what is to be said at the end.
    pub(super) fn leave(&mut self, text: String) {
        self.last = text;
    }

    /// Writes the end. Returns how many checks failed.
    pub(crate) fn end(mut self) -> io::Result<usize> {
        writeln!(self.out, "\n{} ok, {} failed, {} skipped.", self.ok, self.failed, self.skipped)?;
        if !self.last.is_empty() {
            writeln!(self.out, "\n{}", self.last)?;
        }
        self.out.flush()?;
        Ok(self.failed)
    }

    fn line(&mut self, state: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "{state:<9}{text}")
    }
}
