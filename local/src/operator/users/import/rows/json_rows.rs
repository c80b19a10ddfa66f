//! Rows of JSON: lines with an object each, an array of objects, or an object that holds such an array.

use std::io::{self, BufRead};

use serde_json::{Deserializer, Map, Value};

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
    Array,
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
            return Ok(if self.take(b'[').map_err(failed)? { Place::Array } else { Place::Lines });
        };
        if self.take(b'[').map_err(failed)? {
            return Ok(Place::Array);
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
                return if self.take(b'[').map_err(failed)? { Ok(Place::Array) } else { Err(missing()) };
            }
            if !matches!(self.peek().map_err(failed)?, Some(b'"' | b'{' | b'[')) {
                return Err(missing());
            }
            let _other: Value = self.value().map_err(|error| error.to_string())?;
            self.take(b',').map_err(failed)?;
        }
    }

    /// A value that ends with its last byte, as a number does not.
    fn value<T: for<'de> serde::Deserialize<'de>>(&mut self) -> serde_json::Result<T> {
        T::deserialize(&mut Deserializer::from_reader(&mut self.file))
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
                let mut line = String::new();
                if self.file.read_line(&mut line).map_err(failed)? == 0 {
                    return Ok(None);
                }
                if !line.trim().is_empty() {
                    let members: Map<String, Value> = serde_json::from_str(&line)
                        .map_err(|_not_an_object| Unreadable::Row("it is not a JSON object on one line".to_owned()))?;
                    return Ok(Some(Row::of(members)));
                }
            },
            Place::Array => {
                self.take(b',').map_err(failed)?;
                match self.peek().map_err(failed)? {
                    Some(b'{') => {
                        let members = self.value().map_err(|_broken| rest("it is not JSON from here on".to_owned()))?;
                        Ok(Some(Row::of(members)))
                    }
                    Some(b']') => Ok(None),
                    _ => Err(rest("it ends before its array does".to_owned())),
                }
            }
        }
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

    /// The ids of the rows, and what is wrong with the others.
    fn check(file: &str, wrapper: Option<&'static str>, expected: &[&str]) {
        let rows = JsonRows::new(file.as_bytes(), wrapper).map(|row| match row {
            Ok(row) => row.text("id", "id").unwrap_or_default(),
            Err(Unreadable::Row(reason)) => format!("row: {reason}"),
            Err(Unreadable::Rest(reason)) => format!("rest: {reason}"),
        });
        assert_eq!(rows.collect::<Vec<_>>(), expected, "{file}");
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
    fn a_bad_line_is_one_row_and_a_bad_array_ends_there() {
        check(
            "{\"id\":\"a\"}\nnull\n{\"id\":\"b\"",
            None,
            &["a", "row: it is not a JSON object on one line", "row: it is not a JSON object on one line"],
        );
        check("[{\"id\":\"a\"}, {\"id\":", None, &["a", "rest: it is not JSON from here on"]);
        check("[{\"id\":\"a\"}", None, &["a", "rest: it ends before its array does"]);
        check("[{\"id\":\"a\"}, 1]", None, &["a", "rest: it ends before its array does"]);
        check("{\"people\": []}", Some("users"), &["rest: it has no member \"users\" with the users"]);
        check("{", Some("users"), &["rest: it has no member \"users\" with the users"]);
    }
}
