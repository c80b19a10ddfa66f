//! A CSV file whose quotes are as RFC 4180 wants them.

use std::io::{self, Read};

/// What follows a quote is another quote, a comma or the end of a line. Where quotes are escaped in another way, as MySQL does by
/// default, a value that a user chose could end its field and become rows of its own.
#[derive(Debug)]
pub(super) struct StrictQuotes<R> {
    file: R,
    at: At,
}

#[derive(Clone, Copy, Debug)]
enum At {
    StartOfField,
    Plain,
    Quoted,
    /// Behind a quote that may end the field, or be the first of two.
    Quote,
}

impl<R> StrictQuotes<R> {
    pub(super) fn new(file: R) -> Self {
        Self { file, at: At::StartOfField }
    }
}

impl At {
    /// Where the next byte leads, if it may stand here.
    fn next(self, byte: u8) -> Option<Self> {
        Some(match (self, byte) {
            (Self::Quoted, b'"') => Self::Quote,
            (Self::StartOfField | Self::Quote, b'"') | (Self::Quoted, _) => Self::Quoted,
            (Self::StartOfField | Self::Plain | Self::Quote, b',' | b'\r' | b'\n') => Self::StartOfField,
            (Self::StartOfField | Self::Plain, _) => Self::Plain,
            (Self::Quote, _) => return None,
        })
    }
}

impl<R: Read> Read for StrictQuotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        for byte in buffer.iter().take(length) {
            let next = self.at.next(*byte);
            let reason = "a quote stands within a value. Export with quotes doubled, and without an escape character";
            self.at = next.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, reason))?;
        }
        Ok(length)
    }
}
