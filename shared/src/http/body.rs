//! JSON bodies, read strictly.

use std::borrow::Cow;
use std::fmt;

use lambda_http::Body;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::problem::{BODY_TOO_LARGE, MALFORMED_BODY, UNSUPPORTED_MEDIA_TYPE};
use super::query::strict_pairs;
use super::{Dialect, Problem};
use crate::domain::Invalid;

/// The longest body, in bytes, as [`BODY_TOO_LARGE`] says it. The longest good one has under 2 KiB.
const MAX_BYTES: usize = 8 * 1024;

/// What is wrong with one member of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The member's name.
    pub field: Cow<'static, str>,
    /// What is wrong with it.
    pub invalid: Invalid,
}

/// The members of a JSON object. Unknown ones are there and ignored; none stands in it twice.
pub struct Members {
    values: Map<String, Value>,
    /// Whether they came as a form, which has no values but texts.
    are_of_form: bool,
}

impl Members {
    /// The string in member `field`, read by `parse`.
    pub fn parse<T>(
        &self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Result<T, FieldError> {
        match self.optional_text(field)? {
            None => Err(Self::missing(field)),
            Some(text) => parse(text).map_err(|invalid| FieldError { field: field.into(), invalid }),
        }
    }

    /// The string in member `field`, read by `parse`, or `None` if there is no such member.
    pub fn parse_if_given<T>(
        &self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Result<Option<T>, FieldError> {
        let parsed = self.optional_text(field)?.map(parse).transpose();
        parsed.map_err(|invalid| FieldError { field: field.into(), invalid })
    }

    /// The string in member `field`, or `None` if there is no such member.
    pub fn optional_text(&self, field: &'static str) -> Result<Option<&str>, FieldError> {
        match self.values.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => {
                let invalid = Invalid::new("wrong_type", format!("Send \"{field}\" as a string."));
                Err(FieldError { field: field.into(), invalid })
            }
        }
    }

    /// What is wrong with a body that lacks a member.
    #[must_use]
    pub fn missing(field: &'static str) -> FieldError {
        FieldError { field: field.into(), invalid: Invalid::new("required", format!("Send a member \"{field}\".")) }
    }

    /// The string in member `field`, read by `parse`, or `None` where there is no such member or a blank one, as a form
    /// sends it for a field that was left empty.
    pub fn parse_optional<T>(
        &self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Result<Option<T>, FieldError> {
        match self.values.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(_) => self.parse(field, parse).map(Some),
        }
    }

    /// The string in member `field`, or `None` where there is no such string.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        match self.values.get(field) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The object in member `field`, or `None` if there is no such member.
    pub fn optional_object(&self, field: &'static str) -> Result<Option<&Map<String, Value>>, FieldError> {
        match self.values.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => {
                let invalid = Invalid::new("wrong_type", format!("Send \"{field}\" as an object."));
                Err(FieldError { field: field.into(), invalid })
            }
        }
    }

    /// Every member.
    #[must_use]
    pub fn all(&self) -> &Map<String, Value> {
        &self.values
    }

    /// Whether the members came as a form, whose values are texts.
    #[must_use]
    pub fn are_of_form(&self) -> bool {
        self.are_of_form
    }

    /// The boolean in member `field`; `false` where it is absent.
    pub fn flag(&self, field: &'static str) -> Result<bool, FieldError> {
        match self.values.get(field) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => {
                let invalid = Invalid::new("wrong_type", format!("Send \"{field}\" as true or false."));
                Err(FieldError { field: field.into(), invalid })
            }
        }
    }
}

/// Reads a body. The size comes first: nothing of a body that is too large is looked at.
pub(super) fn read(dialect: Dialect, content_type: Option<&[u8]>, body: &Body) -> Result<Members, Problem> {
    if body.len() > MAX_BYTES {
        return Err(BODY_TOO_LARGE);
    }
    let media_type = content_type.and_then(|value| value.split(|byte| *byte == b';').next()).unwrap_or_default();
    let media_type = media_type.trim_ascii();
    if media_type.eq_ignore_ascii_case(b"application/json") {
        read_json(body)
    } else if dialect == Dialect::Xano && media_type.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
        read_form(body)
    } else {
        Err(UNSUPPORTED_MEDIA_TYPE)
    }
}

fn read_json(body: &[u8]) -> Result<Members, Problem> {
    match serde_json::from_slice(body) {
        Ok(Strict(Value::Object(values))) => Ok(Members { values, are_of_form: false }),
        Ok(_) | Err(_) => Err(MALFORMED_BODY),
    }
}

/// Reads a form as strictly as a query.
fn read_form(body: &[u8]) -> Result<Members, Problem> {
    let pairs = strict_pairs(body).ok_or(MALFORMED_BODY)?;
    let values = pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
    Ok(Members { values, are_of_form: true })
}

/// A password may be among the members, so their debug form shows none.
impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Members([REDACTED])")
    }
}

/// A JSON value in which no object has a key twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(Strict(element)) = elements.next_element()? {
            read.push(element);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if members.contains_key(&name) {
                let _ = entries.next_value::<IgnoredAny>();
                return Err(A::Error::custom("a key stands twice in an object"));
            }
            let Strict(value) = entries.next_value()?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::Body;
    use proptest::prelude::*;
    use url::form_urlencoded;

    use super::Members;
    use crate::http::Dialect;
    use crate::http::problem::{BODY_TOO_LARGE, MALFORMED_BODY, Problem, UNSUPPORTED_MEDIA_TYPE};

    fn read(body: &[u8]) -> Result<Members, Problem> {
        super::read(Dialect::Native, Some(b"application/json; charset=utf-8"), &Body::Binary(body.to_vec()))
    }

    #[test]
    fn only_a_json_object_without_repeated_keys_is_read() {
        let members = read(br#"{"a":"text","b":true,"c":null,"d":[1,{"x":1.5}],"e":-1}"#).unwrap();
        assert_eq!(members.text("a"), Some("text"));
        assert_eq!(members.flag("b"), Ok(true));
        assert_eq!(members.flag("missing"), Ok(false));
        assert_eq!(members.flag("c").unwrap_err().invalid.code, "wrong_type");
        let code = |field| members.parse(field, |text| Ok(text.to_owned())).map_err(|error| error.invalid.code);
        assert_eq!(code("a"), Ok("text".to_owned()));
        assert_eq!(code("c"), Err("required"));
        assert_eq!(code("missing"), Err("required"));
        assert_eq!(code("d"), Err("wrong_type"));
        assert_eq!(code("e"), Err("wrong_type"));
        let deep = "[".repeat(4000);
        for malformed in [
            "",
            " ",
            "null",
            "[]",
            "\"a\"",
            "{",
            "{}x",
            "{\"a\":1,}",
            "{'a':1}",
            "\u{feff}{}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":1,\"a\":1}",
            "{\"x\":{\"a\":1,\"a\":1}}",
            "{\"x\":[{\"a\":1,\"\\u0061\":1}]}",
            "{\"a\":1e999}",
            &deep,
        ] {
            assert!(matches!(read(malformed.as_bytes()), Err(MALFORMED_BODY)), "{malformed}");
        }
        assert!(matches!(read(b"{\"a\":\"\xff\"}"), Err(MALFORMED_BODY)));
    }

    #[test]
    fn size_and_type_come_first() {
        let at_the_bound = format!("{{\"a\":\"{}\"}}", "x".repeat(8192 - 8));
        assert!(read(at_the_bound.as_bytes()).is_ok());
        assert!(matches!(read(format!("{at_the_bound} ").as_bytes()), Err(BODY_TOO_LARGE)));
        let typed = |content_type: Option<&str>| {
            super::read(Dialect::Native, content_type.map(str::as_bytes), &Body::Text("{}".to_owned()))
        };
        assert!(typed(Some("Application/JSON")).is_ok());
        assert!(typed(Some("application/json; charset=utf-8; note=\u{e9}")).is_ok());
        for other in [
            None,
            Some(""),
            Some("application/json\u{a0}"),
            Some("text/plain"),
            Some("application/json+x"),
            Some("application/json, text/plain"),
        ] {
            assert!(matches!(typed(other), Err(UNSUPPORTED_MEDIA_TYPE)), "{other:?}");
        }
    }

    #[test]
    fn a_form_is_read_in_xanos_dialect_only() {
        let form = |dialect, body: &[u8]| {
            super::read(dialect, Some(b"application/x-www-form-urlencoded"), &Body::Binary(body.to_vec()))
        };
        assert!(matches!(form(Dialect::Native, b"a=1"), Err(UNSUPPORTED_MEDIA_TYPE)));
        let members = form(Dialect::Xano, b"a=1+%26+2&b=&c").unwrap();
        assert_eq!((members.text("a"), members.text("b"), members.text("c")), (Some("1 & 2"), Some(""), Some("")));
        for malformed in [b"a=1&a=2".as_slice(), b"a=%ff", b"\xff=1"] {
            assert!(matches!(form(Dialect::Xano, malformed), Err(MALFORMED_BODY)), "{malformed:?}");
        }
    }

    proptest! {
        #[test]
        fn every_string_reads_back_from_json_and_from_a_form(name in any::<String>(), text in any::<String>()) {
            let json = serde_json::json!({ &name: &text }).to_string();
            let read = super::read(Dialect::Xano, Some(b"application/json"), &Body::Text(json.clone())).unwrap();
            prop_assert_eq!(read.text(&name), Some(text.as_str()));
            let twice = json.replacen('{', &format!("{{{}:0,", serde_json::json!(name)), 1);
            let twice = super::read(Dialect::Xano, Some(b"application/json"), &Body::Text(twice));
            prop_assert!(matches!(twice, Err(MALFORMED_BODY)));

            let form = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &text).finish();
            let form = super::read(Dialect::Xano, Some(b"application/x-www-form-urlencoded"), &Body::Text(form));
            let unreadable = [&name, &text].iter().any(|text| text.contains(char::REPLACEMENT_CHARACTER));
            prop_assert_eq!(form.ok().and_then(|form| form.text(&name).map(str::to_owned)), (!unreadable).then_some(text));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), form in any::<bool>()) {
            let content_type = if form { "application/x-www-form-urlencoded" } else { "application/json" };
            let _ = super::read(Dialect::Xano, Some(content_type.as_bytes()), &Body::Binary(bytes));
        }
    }
}
