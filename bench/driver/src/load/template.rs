//! Text with places to fill in.

use std::collections::BTreeMap;

/// What is filled in by name.
pub(super) type Row = BTreeMap<String, String>;

/// `{{number}}` stands for the number of the request, `{{name}}` for what the row of the request has by that name.
#[derive(Debug)]
pub(super) struct Template(Vec<Part>);

#[derive(Debug)]
enum Part {
    Text(String),
    Number,
    Named(String),
}

impl Template {
    /// Reads a template whose names every row has.
    pub(super) fn parse(text: &str, rows: &[Row]) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) =
                after.split_once("}}").ok_or_else(|| format!("no }}}} follows the last {{{{ of {text}"))?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(match name {
                "number" => Part::Number,
                _ if !rows.is_empty() && rows.iter().all(|row| row.contains_key(name)) => Part::Named(name.to_owned()),
                _ => return Err(format!("not every row has {name}")),
            });
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The text for the request of this number, which takes this row.
    pub(super) fn fill(&self, number: u64, row: Option<&Row>) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Number => text.push_str(&number.to_string()),
                Part::Named(name) => text.push_str(row.and_then(|row| row.get(name)).map_or("", String::as_str)),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, Template};

    #[test]
    fn places_are_filled_in() {
        let rows = [Row::from([("email".to_owned(), "a@example.com".to_owned())])];
        for (template, text) in [
            (r#"{"email":"{{email}}","name":"N{{number}}"}"#, r#"{"email":"a@example.com","name":"N7"}"#),
            ("{{number}}{{number}}", "77"),
            (r#"{"a":{"b":1}}"#, r#"{"a":{"b":1}}"#),
            ("", ""),
        ] {
            assert_eq!(Template::parse(template, &rows).unwrap().fill(7, rows.first()), text);
        }
    }

    #[test]
    fn a_place_that_nothing_fills_is_refused() {
        for template in ["{{email}}", "{{email"] {
            Template::parse(template, &[]).unwrap_err();
        }
    }
}
