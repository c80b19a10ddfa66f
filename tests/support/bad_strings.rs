//! Strings that programs get wrong.

use serde_json::Value;

/// A string as it stands in a JSON body.
#[derive(Clone, Debug)]
pub struct BadString {
    /// The JSON string, in its quotes.
    pub literal: String,
    /// The string, or `None` where the literal holds half a surrogate pair and is no JSON.
    pub text: Option<String>,
}

impl BadString {
    /// Every string of `bad_input/strings.txt`.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let lines = include_str!("../bad_input/strings.txt").lines();
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(Self::of_line).collect()
    }

    fn of_line(line: &str) -> Self {
        let (literal, times) = match line.rsplit_once("\" * ") {
            Some((literal, times)) => (format!("{literal}\""), times.parse().unwrap()),
            None => (line.to_owned(), 1),
        };
        let inner = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap();
        let literal = format!("\"{}\"", inner.repeat(times));
        let text = serde_json::from_str(&literal).ok();
        Self { literal, text }
    }

    /// An object in which this string is the value of each of these members, beside what is in `others`.
    #[must_use]
    pub fn in_members(&self, members: &[&str], others: &Value) -> String {
        let others = others.as_object().unwrap().iter().filter(|(name, _value)| !members.contains(&name.as_str()));
        let own = members.iter().map(|member| format!("\"{member}\":{}", self.literal));
        let all: Vec<_> = others.map(|(name, value)| format!("\"{name}\":{value}")).chain(own).collect();
        format!("{{{}}}", all.join(","))
    }
}
