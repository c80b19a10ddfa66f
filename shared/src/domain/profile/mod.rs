//! Profiles: fields of a user that the user can edit.

mod fields;
mod kind;

use serde_json::{Map, Value};

use super::Invalid;

pub use fields::{FieldFault, ProfileFields};

/// A user's profile: a JSON object of the fields that an operator has named. Users write it, so no token holds any of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile(String);

impl Profile {
    /// Names of members that mean something else beside a profile, in either dialect, or that look as if they gave rights.
    pub const RESERVED: [&str; 19] = [
        "id",
        "user_id",
        "created_at",
        "name",
        "email",
        "email_verified",
        "password",
        "invite",
        "refresh",
        "identities",
        "profile",
        "claims",
        "scope",
        "role",
        "roles",
        "admin",
        "is_admin",
        "disabled",
        "disabled_at",
    ];
    /// The most bytes that a profile has as JSON without spaces.
    pub const MAX_BYTES: usize = 1024;
    /// How deep its arrays and objects lie in each other at most. The profile itself is the first.
    pub const MAX_DEPTH: usize = 4;

    /// A profile of these fields, if it is within the bounds.
    pub fn of(fields: Map<String, Value>) -> Result<Self, Invalid> {
        let fields = Value::Object(fields);
        if depth(&fields) > Self::MAX_DEPTH {
            return Err(Invalid::new("too_deep", format!("Nest values at most {} deep.", Self::MAX_DEPTH - 1)));
        }
        let json = fields.to_string();
        if json.len() > Self::MAX_BYTES {
            let detail = format!("Use at most {} bytes of JSON for all fields together.", Self::MAX_BYTES);
            return Err(Invalid::new("too_long", detail));
        }
        Ok(Self(json))
    }

    /// A profile as it came out of the store.
    #[must_use]
    pub fn from_trusted(json: String) -> Self {
        Self(json)
    }

    /// The object as JSON, to the letter as it is stored.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == "{}"
    }

    /// The fields and their values. What an app's server has stored that is not an object has none.
    #[must_use]
    pub fn to_map(&self) -> Map<String, Value> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self("{}".to_owned())
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        Value::Array(elements) => 1 + elements.iter().map(depth).max().unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}
