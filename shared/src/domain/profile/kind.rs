//! What a field of a profile can hold.

use serde_json::{Number, Value};

use crate::domain::{Invalid, breaks_text};

/// JavaScript holds every whole number up to this one exactly (`Number.MAX_SAFE_INTEGER`).
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The kind of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text of at most so many characters.
    Text(usize),
    /// A whole number that JavaScript holds exactly.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Anything.
    Json,
}

impl Kind {
    /// Reads `string:100`, `integer`, `number`, `boolean` or `json`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None => match text {
                "integer" => Some(Self::Integer),
                "number" => Some(Self::Number),
                "boolean" => Some(Self::Boolean),
                "json" => Some(Self::Json),
                _ => None,
            },
            Some(("string", most)) => most.parse().ok().filter(|most| *most > 0).map(Self::Text),
            Some(_) => None,
        }
    }

    pub(super) fn check(self, value: &Value) -> Result<(), Invalid> {
        let wrong_type = |what: &str| Err(Invalid::new("wrong_type", format!("Send {what}.")));
        match (self, value) {
            (Self::Text(most), Value::String(text)) if text.chars().count() > most => {
                Err(Invalid::new("too_long", format!("Use at most {most} characters.")))
            }
            (Self::Text(_), Value::String(text)) if text.chars().any(|c| breaks_text(c) && c != '\n') => {
                Err(Invalid::new("control_character", "Remove control characters. Line breaks are allowed."))
            }
            (Self::Text(_), Value::String(_))
            | (Self::Number, Value::Number(_))
            | (Self::Boolean, Value::Bool(_))
            | (Self::Json, _) => Ok(()),
            (Self::Integer, Value::Number(number)) if is_safe(number) => Ok(()),
            (Self::Text(_), _) => wrong_type("a string"),
            (Self::Integer, _) => wrong_type("a whole number"),
            (Self::Number, _) => wrong_type("a number"),
            (Self::Boolean, _) => wrong_type("true or false"),
        }
    }

    /// The value that a form means by a text: forms have no other values.
    pub(super) fn of_text(self, text: &str) -> Value {
        let read = match self {
            Self::Text(_) => None,
            Self::Integer | Self::Number | Self::Boolean | Self::Json => serde_json::from_str(text).ok(),
        };
        read.unwrap_or_else(|| text.into())
    }
}

fn is_safe(number: &Number) -> bool {
    number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs)).is_some_and(|size| size <= MAX_SAFE_INTEGER)
}
