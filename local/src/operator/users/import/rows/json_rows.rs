//! Rows of JSON: lines with an object each, an array of objects, or an object that holds such an array.

use std::io::{self, BufRead, Read};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Deserializer;

use super::{Row, Unreadable};

/// The objects of a file, read one after the other: the whole of it is never in memory.
#[derive(Debug)]
pub(super) struct JsonRows<R> {
    file: R,
    wrapper: Option<&'static str>,
    place: Place,
}

/// Where in the file the reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Start,
    Array { is_wrapped: bool },
    Lines,
    End,
}

impl<R: BufRead> JsonRows<R> {
    pub(super) fn new(file: R, wrapper: Option<&'static str>) -> Self {
        Self { file, wrapper, place: Place::Start }
    }

    /// The next byte that is not white space, which stays.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.file.fill_buf()?.first().copied() {
                Some(byte) if byte.is_ascii_whitespace() => self.file.consume(1),
                byte => return Ok(byte),
            }
        }
    }

    /// Takes this byte, if it is the next.
    fn take(&mut self, expected: u8) -> io::Result<bool> {
        let is_next = self.peek()? == Some(expected);
        if is_next {
            self.file.consume(1);
        }
        Ok(is_next)
    }

    /// Goes to the first row.
    fn begin(&mut self) -> Result<Place, String> {
        let failed = |error: io::Error| error.to_string();
        let Some(name) = self.wrapper else {
            let is_array = self.take(b'[').map_err(failed)?;
            return Ok(if is_array { Place::Array { is_wrapped: false } } else { Place::Lines });
        };
        if self.take(b'[').map_err(failed)? {
            return Ok(Place::Array { is_wrapped: false });
        }
        let missing = || format!("it has no member {name:?} with the users");
        if !self.take(b'{').map_err(failed)? {
            return Err(missing());
        }
        loop {
            if self.peek().map_err(failed)? != Some(b'"') {
                return Err(missing());
            }
            let member = self.value::<String>().map_err(|error| error.to_string())?;
            if !self.take(b':').map_err(failed)? {
                return Err("it is not JSON".to_owned());
            }
            if member == name {
                let is_array = self.take(b'[').map_err(failed)?;
                return if is_array { Ok(Place::Array { is_wrapped: true }) } else { Err(missing()) };
            }
            if !matches!(self.peek().map_err(failed)?, Some(b'"' | b'{' | b'[')) {
                return Err(missing());
            }
            let _other: IgnoredAny = self.value().map_err(|error| error.to_string())?;
            self.take(b',').map_err(failed)?;
        }
    }

    /// A value that ends with its last byte, as a number does not.
    fn value<T: for<'de> Deserialize<'de>>(&mut self) -> serde_json::Result<T> {
        T::deserialize(&mut Deserializer::from_reader(&mut self.file))
    }

    /// The text of such a value. Finds the end of any well-formed value, even one that cannot be read as a row.
    fn text(&mut self) -> serde_json::Result<Vec<u8>> {
        let mut kept = Kept { file: &mut self.file, bytes: Vec::new() };
        let _skipped = IgnoredAny::deserialize(&mut Deserializer::from_reader(&mut kept))?;
        Ok(kept.bytes)
    }

    /// Whether the file ends with its array: what follows, such as a second file that was put behind the first, has rows too.
    fn ends_with_array(&mut self, is_wrapped: bool) -> bool {
        let begun: &[u8] = if is_wrapped { b"{\"\":[" } else { b"[" };
        let mut whole = Deserializer::from_reader(begun.chain(&mut self.file));
        IgnoredAny::deserialize(&mut whole).and_then(|_ended| whole.end()).is_ok()
    }

    fn read(&mut self) -> Result<Option<Row>, Unreadable> {
        let rest = |reason: String| Unreadable::Rest(reason);
        let failed = |error: io::Error| Unreadable::Rest(error.to_string());
        if self.place == Place::Start {
            self.place = self.begin().map_err(rest)?;
        }
        match self.place {
            Place::Start | Place::End => Ok(None),
            Place::Lines => loop {
                let mut line = Vec::new();
                if self.file.read_until(b'\n', &mut line).map_err(failed)? == 0 {
                    return Ok(None);
                }
                if !line.trim_ascii().is_empty() {
                    return row(&line, "a JSON object on one line").map(Some);
                }
            },
            Place::Array { is_wrapped } => {
                self.take(b',').map_err(failed)?;
                match self.peek().map_err(failed)? {
                    Some(b']') if self.ends_with_array(is_wrapped) => Ok(None),
                    Some(b']') => Err(rest("something follows its array: import each file by itself".to_owned())),
                    None => Err(rest("it ends before its array does".to_owned())),
                    Some(b'-' | b'0'..=b'9') => Err(rest("its array has numbers, and must have objects".to_owned())),
                    Some(_) => {
                        let text = self.text().map_err(|_broken| rest("it is not JSON from here on".to_owned()))?;
                        row(&text, "a JSON object").map(Some)
                    }
                }
            }
        }
    }
}

/// The row in this text, which should be `what`.
fn row(json: &[u8], what: &str) -> Result<Row, Unreadable> {
    let refused = |_any| {
        let reason =
            format!("it is not {what}, or has more levels, a larger number or other characters than can be read");
        Unreadable::Row(reason)
    };
    serde_json::from_slice(json).map(Row::of).map_err(refused)
}

/// A file that keeps a copy of what is read from it.
struct Kept<'f, R> {
    file: &'f mut R,
    bytes: Vec<u8>,
}

impl<R: Read> Read for Kept<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        self.bytes.extend(buffer.iter().take(length));
        Ok(length)
    }
}

impl<R: BufRead> Iterator for JsonRows<R> {
    type Item = Result<Row, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.place == Place::End {
            return None;
        }
        let read = self.read().transpose();
        if matches!(read, None | Some(Err(Unreadable::Rest(_)))) {
            self.place = Place::End;
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonRows, Unreadable};

    const ON_A_LINE: &str = "row: it is not a JSON object on one line, or has more levels, a larger number or other characters \
                             than can be read";
    const IN_AN_ARRAY: &str =
        "row: it is not a JSON object, or has more levels, a larger number or other characters than can be read";

    /// The ids of the rows, and what is wrong with the others.
    fn check(file: &str, wrapper: Option<&'static str>, expected: &[&str]) {
        check_bytes(file.as_bytes(), wrapper, expected);
    }

    fn check_bytes(file: &[u8], wrapper: Option<&'static str>, expected: &[&str]) {
        let rows = JsonRows::new(file, wrapper).map(|row| match row {
            Ok(row) => row.text("id", "id").unwrap_or_default(),
            Err(Unreadable::Row(reason)) => format!("row: {reason}"),
            Err(Unreadable::Rest(reason)) => format!("rest: {reason}"),
        });
        assert_eq!(rows.collect::<Vec<_>>(), expected, "{}", String::from_utf8_lossy(file));
    }

    #[test]
    fn rows_are_lines_or_an_array_or_an_array_in_an_object() {
        check("{\"id\":\"a\"}\n\n{\"id\":2}\r\n", None, &["a", "2"]);
        check("[]", None, &[]);
        check(" [ {\"id\":\"a\"} ,\n{\"id\":\"b,]\"}\n] ", None, &["a", "b,]"]);
        let wrapped = "{\"other\": {\"users\": []}, \"more\": [1, 2], \"text\": \"]\", \"users\": [{\"id\":\"a\"},{\"id\":\"b\"}], \"x\": 1}";
        check(wrapped, Some("users"), &["a", "b"]);
        check("[{\"id\":\"a\"}]", Some("users"), &["a"]);
    }

    #[test]
    fn what_cannot_be_read_is_one_row() {
        let deep = format!("{{\"id\":{}{}}}", "[".repeat(130), "]".repeat(130));
        for odd in [&deep, "null", "{\"id\":1e999}", "{\"id\":\"\\ud800\"}", "[{}, [\"]\"]]", "\"}\"", "true"] {
            check(&format!("{{\"id\":\"a\"}}\n{odd}\n{{\"id\":\"b\"}}"), None, &["a", ON_A_LINE, "b"]);
            check(&format!("[{{\"id\":\"a\"}},{odd} , {{\"id\":\"b\"}}]"), None, &["a", IN_AN_ARRAY, "b"]);
        }
        check("{\"id\":\"a\"}\n{\"id\":\"b\"", None, &["a", ON_A_LINE]);
        check(&format!("{{\"other\": {deep}, \"users\": [{{\"id\":\"a\"}}]}}"), Some("users"), &["a"]);
        let latin_1 = b"{\"id\":\"\xe9\"}".as_slice();
        let (line, array) = ([latin_1, b"\n{\"id\":\"b\"}"].concat(), [b"[", latin_1, b",{\"id\":\"b\"}]"].concat());
        check_bytes(&line, None, &[ON_A_LINE, "b"]);
        check_bytes(&array, None, &[IN_AN_ARRAY, "b"]);
    }

    #[test]
    fn an_array_ends_where_it_is_not_json() {
        check("[{\"id\":\"a\"}, {\"id\":", None, &["a", "rest: it is not JSON from here on"]);
        check("[{\"id\":\"a\"}", None, &["a", "rest: it ends before its array does"]);
        check("[{\"id\":\"a\"}, {\"id\": x}, {\"id\":\"b\"}]", None, &["a", "rest: it is not JSON from here on"]);
        check("[{\"id\":\"a\"}, 1]", None, &["a", "rest: its array has numbers, and must have objects"]);
        check("{\"people\": []}", Some("users"), &["rest: it has no member \"users\" with the users"]);
        let follows = "rest: something follows its array: import each file by itself";
        check("[{\"id\":\"a\"}]\n[{\"id\":\"b\"}]", None, &["a", follows]);
        check("[{\"id\":\"a\"}]]", Some("users"), &["a", follows]);
        check("{\"users\":[{\"id\":\"a\"}]}\n{\"users\":[{\"id\":\"b\"}]}", Some("users"), &["a", follows]);
        check("{\"users\":[{\"id\":\"a\"}]", Some("users"), &["a", follows]);
        check("{", Some("users"), &["rest: it has no member \"users\" with the users"]);
    }
}
