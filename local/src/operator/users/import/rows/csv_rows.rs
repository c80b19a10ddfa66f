//! Rows of CSV, with a header (RFC 4180).

use std::io::{self, Read};

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};
use serde_json::{Map, Value};

use super::strict_quotes::StrictQuotes;
use super::{Row, Unreadable};

/// The lines of a CSV file after its header.
#[derive(Debug)]
pub(super) struct CsvRows<R> {
    reader: Reader<StrictQuotes<R>>,
    has_ended: bool,
}

impl<R: Read> CsvRows<R> {
    pub(super) fn new(file: R) -> Self {
        Self { reader: ReaderBuilder::new().from_reader(StrictQuotes::new(file)), has_ended: false }
    }

    fn read(&mut self) -> Result<Option<Row>, csv::Error> {
        let header = self.reader.headers()?.clone();
        let mut record = StringRecord::new();
        if !self.reader.read_record(&mut record)? {
            return Ok(None);
        }
        // With MySQL's escapes a quote of the value has ended the field here.
        if record.iter().any(|field| field.ends_with('\\') && field.len() > 1) {
            let reason = "a value ends in a backslash. Export with quotes doubled, and without an escape character";
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason).into());
        }
        let fields = header.iter().zip(&record).map(|(name, field)| (name.trim().to_owned(), text(field)));
        Ok(Some(Row::of(fields.collect::<Map<_, _>>())))
    }
}

impl<R: Read> Iterator for CsvRows<R> {
    type Item = Result<Row, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        self.read().map_err(|error| self.unreadable(&error)).transpose()
    }
}

impl<R> CsvRows<R> {
    fn unreadable(&mut self, error: &csv::Error) -> Unreadable {
        match error.kind() {
            ErrorKind::UnequalLengths { expected_len, len, .. } => {
                Unreadable::Row(format!("it has {len} fields, and the header has {expected_len}"))
            }
            ErrorKind::Utf8 { .. } => Unreadable::Row("it is not UTF-8".to_owned()),
            _ => {
                self.has_ended = true;
                Unreadable::Rest(error.to_string())
            }
        }
    }
}

/// What PostgreSQL, MySQL and phpMyAdmin write for nothing is nothing.
fn text(field: &str) -> Value {
    if matches!(field, "\\N" | "NULL") { Value::Null } else { Value::String(field.to_owned()) }
}
