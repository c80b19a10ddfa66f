//! The rows that an operator has to look at.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use serde_json::Value;

use super::outcome::{Done, Totals};
use crate::operator::private_file::new_private_file;
use crate::operator::users::output::{OutputArgs, harmless};

/// How many are shown if they go into no file.
const SHOWN: usize = 20;

/// What becomes of rows, and where that is written.
#[derive(Debug)]
pub(super) struct Report {
    totals: Totals,
    file: Option<BufWriter<File>>,
    shown: Vec<Value>,
    not_shown: usize,
}

impl Report {
    /// A report in this new file, or else on standard output at the end.
    pub(super) fn to(path: Option<&Path>) -> Result<Self, Box<dyn Error>> {
        let file = path.map(new_private_file).transpose()?.map(BufWriter::new);
        Ok(Self { totals: Totals::default(), file, shown: Vec::new(), not_shown: 0 })
    }

    /// Notes a row.
    pub(super) fn add(&mut self, done: &Done) -> io::Result<()> {
        self.totals.add(done);
        let Some(line) = done.report() else { return Ok(()) };
        match &mut self.file {
            Some(file) => writeln!(file, "{}", harmless(&line.to_string())),
            None if self.shown.len() < SHOWN => {
                self.shown.push(line);
                Ok(())
            }
            None => {
                self.not_shown += 1;
                Ok(())
            }
        }
    }

    /// Writes what is left, and returns how many rows became what.
    pub(super) fn end(self, output: OutputArgs) -> io::Result<Totals> {
        if let Some(mut file) = self.file {
            file.flush()?;
        }
        for line in &self.shown {
            output.tell(line, line)?;
        }
        if self.not_shown > 0 {
            output.tell_person(format!("And {} more: pass --report FILE to have them all.", self.not_shown))?;
        }
        Ok(self.totals)
    }
}
