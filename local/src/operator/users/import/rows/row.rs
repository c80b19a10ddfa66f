//! One row.

use std::collections::HashMap;

use serde_json::{Map, Value};
use shared::clock::Timestamp;

use crate::operator::users::import::moments::moment;
use crate::operator::users::import::record::Disabled;

/// Our column of all the fields of a profile.
const PROFILE: &str = "profile";

/// The field of a profile that our column is for, as in `profile.company`.
pub(crate) fn profile_field(ours: &str) -> Option<&str> {
    ours.strip_prefix(PROFILE)?.strip_prefix('.').filter(|field| !field.is_empty())
}

/// A row: members of a JSON object, or the fields of a line of CSV by the names of its header.
#[derive(Debug, Default)]
pub(crate) struct Row {
    members: Map<String, Value>,
    /// Which name stands for one of ours in this file, if the operator has said so.
    columns: HashMap<String, String>,
}

impl Row {
    pub(crate) fn of(members: Map<String, Value>) -> Self {
        Self { members, columns: HashMap::new() }
    }

    /// The row with what the operator says about the names of columns.
    pub(crate) fn with_columns(self, columns: &HashMap<String, String>) -> Self {
        Self { columns: columns.clone(), ..self }
    }

    /// What stands under our name, or else under the one that the system has for it. An empty text and `null` are nothing.
    pub(crate) fn value(&self, ours: &str, theirs: &str) -> Option<&Value> {
        let name = self.columns.get(ours).map_or(theirs, String::as_str);
        self.members.get(name).filter(|value| !matches!(value, Value::Null) && value.as_str() != Some(""))
    }

    /// Whether there is such a column, even if nothing stands in it.
    pub(crate) fn has(&self, ours: &str, theirs: &str) -> bool {
        self.members.contains_key(self.columns.get(ours).map_or(theirs, String::as_str))
    }

    /// A text, or a number as it is written.
    pub(crate) fn text(&self, ours: &str, theirs: &str) -> Option<String> {
        match self.value(ours, theirs)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Whether something is said to be so. `None` if nothing is said.
    pub(crate) fn flag(&self, ours: &str, theirs: &str) -> Result<Option<bool>, String> {
        self.read(ours, theirs, "true or false", flag)
    }

    /// Whether an address was proved: a flag, or the time at which it was.
    pub(crate) fn confirmed(&self, theirs: &str) -> Result<bool, String> {
        let expected = "true, false or the time at which the address was confirmed";
        let proved = self.read("email_verified", theirs, expected, |value| match flag(value) {
            Some(flag) => Some(flag),
            None => moment(value).map(|_at| true),
        })?;
        Ok(proved.unwrap_or_default())
    }

    /// Whether the user is disabled, if their system says that.
    pub(crate) fn disabled(&self, theirs: &str) -> Result<Disabled, String> {
        Ok(Disabled::of(self.flag("disabled", theirs)?.unwrap_or_default()))
    }

    /// Whether the user is disabled, if their system says the contrary.
    pub(crate) fn disabled_unless(&self, theirs: &str) -> Result<Disabled, String> {
        if self.columns.contains_key("disabled") {
            return self.disabled(theirs);
        }
        Ok(Disabled::of(self.flag("disabled", theirs)? == Some(false)))
    }

    /// A point in time.
    pub(crate) fn moment(&self, ours: &str, theirs: &str) -> Result<Option<Timestamp>, String> {
        self.read(ours, theirs, "a time such as 2024-01-31T12:00:00Z, or seconds or milliseconds since 1970", moment)
    }

    /// An object, or a text that is one in JSON.
    pub(crate) fn object(&self, ours: &str, theirs: &str) -> Result<Option<Map<String, Value>>, String> {
        self.read(ours, theirs, "a JSON object", |value| match value {
            Value::Object(members) => Some(members.clone()),
            Value::String(json) => serde_json::from_str(json).ok(),
            _ => None,
        })
    }

    /// What cannot be read is an error, not nothing: it may say that the user is kept out, or what they may do.
    fn read<T>(
        &self,
        ours: &str,
        theirs: &str,
        expected: &str,
        parse: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let name = self.columns.get(ours).map_or(theirs, String::as_str);
        let unreadable = || format!("its {name} is not {expected}. To leave it out: --columns {ours}=-");
        self.value(ours, theirs).map(|value| parse(value).ok_or_else(unreadable)).transpose()
    }

    /// What columns the operator says to be of the profile: `profile`, an object, and `profile.NAME`, a field each.
    pub(crate) fn profile(&self) -> Result<Map<String, Value>, String> {
        let mut profile = match self.columns.get(PROFILE) {
            Some(theirs) => self.object(PROFILE, theirs)?.unwrap_or_default(),
            None => Map::new(),
        };
        for (ours, theirs) in &self.columns {
            if let (Some(field), Some(value)) = (profile_field(ours), self.value(ours, theirs)) {
                profile.insert(field.to_owned(), value.clone());
            }
        }
        Ok(profile)
    }

    /// The objects of an array, or of a text that is one in JSON.
    pub(crate) fn objects(&self, ours: &str, theirs: &str) -> Vec<Self> {
        let values = match self.value(ours, theirs) {
            Some(Value::Array(values)) => values.clone(),
            Some(Value::String(json)) => serde_json::from_str(json).unwrap_or_default(),
            _ => Vec::new(),
        };
        values
            .into_iter()
            .filter_map(|value| if let Value::Object(members) = value { Some(Self::of(members)) } else { None })
            .collect()
    }

    /// The whole row.
    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.members)
    }
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) if number.as_u64() == Some(0) => Some(false),
        Value::Number(number) if number.as_u64() == Some(1) => Some(true),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "1" | "yes" | "y" | "on" => Some(true),
            "false" | "f" | "0" | "no" | "n" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
