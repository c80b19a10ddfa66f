//! The rows of a file, one at a time: CSV, JSON lines, or a JSON array.

mod csv_rows;
mod json_rows;
mod row;
mod strict_quotes;

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use csv_rows::CsvRows;
use json_rows::JsonRows;

pub(super) use row::{Row, profile_field};

/// Why a row, or what follows it, cannot be read. It never repeats what stands there.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// This row alone.
    Row(String),
    /// The rest of the file.
    Rest(String),
}

impl Unreadable {
    pub(super) fn into_reason(self) -> String {
        let (Self::Row(reason) | Self::Rest(reason)) = self;
        reason
    }
}

/// What the rows of a file are, and how they come.
pub(super) type Rows = Box<dyn Iterator<Item = Result<Row, Unreadable>> + Send>;

/// Opens a file to be read twice.
pub(super) fn open_twice(path: &Path, wrapper: Option<&'static str>) -> io::Result<[Rows; 2]> {
    if !fs::metadata(path)?.is_file() {
        let reason = "it is read twice, so it must be a file, and not a pipe";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    Ok([open(path, wrapper)?, open(path, wrapper)?])
}

/// Opens a file. A JSON document may be an object that holds the rows under the name `wrapper`.
pub(super) fn open(path: &Path, wrapper: Option<&'static str>) -> io::Result<Rows> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
    let start = file.fill_buf()?;
    if start.starts_with(b"\xef\xbb\xbf") {
        file.consume(3);
    }
    let is_json = loop {
        match file.fill_buf()?.first() {
            Some(byte) if byte.is_ascii_whitespace() => file.consume(1),
            first => break matches!(first, Some(b'{' | b'[')),
        }
    };
    Ok(if is_json { Box::new(JsonRows::new(file, wrapper)) } else { Box::new(CsvRows::new(file)) })
}
