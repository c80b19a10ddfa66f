//! What tokens say of a user beside what every token says.

use std::io;

use serde_json::{Map, Value};
use thiserror::Error;

/// The most that claims may take as JSON, in bytes. A cookie holds 4,096, and the rest of a token is about 900 of them.
const MAX_BYTES: usize = 1024;
/// How deep arrays and objects may lie in each other. The claims themselves are the first.
const MAX_DEPTH: usize = 3;

/// Why claims are not acceptable.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum UserClaimsError {
    /// They are not an object.
    #[error("claims are a JSON object, such as {{\"plan\":\"pro\"}}")]
    NotAnObject,
    /// One has a name that tokens have from Latchkey itself.
    #[error("claims cannot have the name {0}: every token has it from Latchkey itself")]
    Reserved(&'static str),
    /// They are nested too deep.
    #[error("claims are nested at most {MAX_DEPTH} deep, the object itself included")]
    TooDeep,
    /// They are too long, by this number of bytes in all.
    #[error("claims have at most {MAX_BYTES} bytes: these have {0}")]
    TooLong(usize),
}

/// An object of claims, such as `{"plan":"pro","scope":"orders:read"}`. Only the server writes them: an operator, an import, or
/// the app's own back end. They stand flat in the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserClaims(String);

impl UserClaims {
    /// The names that tokens have from Latchkey itself, or that verifiers would take for its own. No claim of a user has one.
    pub const RESERVED: [&str; 16] = [
        "iss",
        "sub",
        "aud",
        "client_id",
        "exp",
        "iat",
        "nbf",
        "jti",
        "token_use",
        "azp",
        "auth_time",
        "amr",
        "sid",
        "gen",
        "email",
        "email_verified",
    ];

    /// Reads claims.
    pub fn parse(json: &str) -> Result<Self, UserClaimsError> {
        Self::of(serde_json::from_str(json).map_err(|_not_an_object| UserClaimsError::NotAnObject)?)
    }

    /// The claims of an object.
    pub fn of(claims: Map<String, Value>) -> Result<Self, UserClaimsError> {
        if let Some(name) = Self::RESERVED.into_iter().find(|name| claims.contains_key(*name)) {
            return Err(UserClaimsError::Reserved(name));
        }
        check_bounds(&claims)?;
        Ok(Self(Value::Object(claims).to_string()))
    }

    /// Claims as they came out of the store, where an app's back end may have written anything.
    #[must_use]
    pub fn from_trusted(json: String) -> Self {
        Self(json)
    }

    /// What a token may say of them, and why it leaves something out, if it does. Names that Latchkey writes itself are left
    /// out, whoever stored them: a second `sub` could make a token another user's. So is everything that breaks a bound.
    #[must_use]
    pub fn usable(&self) -> (Map<String, Value>, Option<UserClaimsError>) {
        if self.is_empty() {
            return (Map::new(), None);
        }
        let Ok(mut claims) = serde_json::from_str::<Map<String, Value>>(&self.0) else {
            return (Map::new(), Some(UserClaimsError::NotAnObject));
        };
        let reserved = Self::RESERVED.into_iter().filter(|name| claims.remove(*name).is_some()).last();
        match check_bounds(&claims) {
            Ok(()) => (claims, reserved.map(UserClaimsError::Reserved)),
            Err(error) => (Map::new(), Some(error)),
        }
    }

    /// The object as JSON.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == "{}"
    }
}

impl Default for UserClaims {
    fn default() -> Self {
        Self("{}".to_owned())
    }
}

fn check_bounds(claims: &Map<String, Value>) -> Result<(), UserClaimsError> {
    if depth_of_members(claims) > MAX_DEPTH {
        return Err(UserClaimsError::TooDeep);
    }
    let mut length = Length(0);
    serde_json::to_writer(&mut length, claims).map_err(|_never_fails| UserClaimsError::NotAnObject)?;
    if length.0 > MAX_BYTES { Err(UserClaimsError::TooLong(length.0)) } else { Ok(()) }
}

fn depth_of_members(members: &Map<String, Value>) -> usize {
    1 + members.values().map(depth).max().unwrap_or_default()
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(members) => depth_of_members(members),
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

/// Counts the bytes of what is written, and keeps none of them: each token is signed after such a check.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{UserClaims, UserClaimsError};

    fn check(json: &str, expected: Result<&str, UserClaimsError>) {
        assert_eq!(UserClaims::parse(json).as_ref().map(UserClaims::as_json), expected.as_ref().copied(), "{json}");
    }

    #[test]
    fn claims_are_an_object_without_the_names_of_tokens() {
        check(r#" {"scope": "orders:read", "plan": "pro"} "#, Ok(r#"{"plan":"pro","scope":"orders:read"}"#));
        check("{}", Ok("{}"));
        assert!(UserClaims::default().is_empty() && !UserClaims::parse(r#"{"a":1}"#).unwrap().is_empty());
        for wrong in ["", "null", "[]", "\"admin\"", "1", "{", "{}{}"] {
            check(wrong, Err(UserClaimsError::NotAnObject));
        }
        for name in UserClaims::RESERVED {
            check(&format!(r#"{{"plan":"pro","{name}":"x"}}"#), Err(UserClaimsError::Reserved(name)));
        }
    }

    #[test]
    fn a_token_leaves_out_what_nobody_should_have_stored() {
        let usable = |json: &str| {
            let (claims, left_out) = UserClaims::from_trusted(json.to_owned()).usable();
            (serde_json::Value::Object(claims).to_string(), left_out)
        };
        let all = |json: &str| (json.to_owned(), None);
        assert_eq!(usable(r#"{"role":"editor"}"#), all(r#"{"role":"editor"}"#));
        assert_eq!(usable("{}"), all("{}"));
        for name in UserClaims::RESERVED {
            let (claims, left_out) = usable(&format!(r#"{{"role":"editor","{name}":"x"}}"#));
            assert_eq!((claims.as_str(), left_out), (r#"{"role":"editor"}"#, Some(UserClaimsError::Reserved(name))));
        }
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(1017));
        assert_eq!(usable(&long), ("{}".to_owned(), Some(UserClaimsError::TooLong(1025))));
        assert_eq!(usable(r#"{"a":{"b":[[]]}}"#), ("{}".to_owned(), Some(UserClaimsError::TooDeep)));
        assert_eq!(usable("[1]"), ("{}".to_owned(), Some(UserClaimsError::NotAnObject)));
    }

    #[test]
    fn claims_have_bounds_to_the_byte_and_to_the_level() {
        let of_length = |length: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(length - r#"{"a":""}"#.len()));
        check(&of_length(1024), Ok(&of_length(1024)));
        check(&of_length(1025), Err(UserClaimsError::TooLong(1025)));
        check(r#"{"a":{"b":[1]}}"#, Ok(r#"{"a":{"b":[1]}}"#));
        check(r#"{"a":{"b":[[]]}}"#, Err(UserClaimsError::TooDeep));
        check(&format!(r#"{{"a":{}}}"#, "[".repeat(100_000)), Err(UserClaimsError::NotAnObject));
    }
}
