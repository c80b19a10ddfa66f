//! Bodies made of arbitrary bytes.

use arbitrary::Arbitrary;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::{Credentials, MARK, TAKEN_EMAIL};

/// 16 bytes in base64url, which are a code and the id of a sign-up in form.
const SECRET_OF_LINK: &str = "AAAAAAAAAAAAAAAAAAAAAA";

/// A body as an input asks for it.
#[derive(Arbitrary, Debug)]
pub enum Body<'a> {
    /// None.
    None,
    /// This text.
    Text(&'a str),
    /// These bytes, in base64.
    Bytes(&'a [u8]),
    /// A JSON object.
    Json(Fields<'a>),
    /// A form.
    Form(Fields<'a>),
    /// An object that asks to end every token.
    Everywhere,
}

/// The members of a body.
#[derive(Arbitrary, Debug)]
pub struct Fields<'a> {
    name: Field<'a>,
    email: Field<'a>,
    password: Field<'a>,
    new_password: Field<'a>,
    code: Field<'a>,
    signup_id: Field<'a>,
    others: Vec<(&'a str, Field<'a>)>,
}

#[derive(Arbitrary, Debug)]
enum Field<'a> {
    Usual,
    Taken,
    Text(&'a str),
    Long(&'a str, u8),
    Absent,
    Null,
    Bool(bool),
    Number(i64),
    Nested(u8),
}

impl Body<'_> {
    /// The body, and whether it is in base64.
    pub(crate) fn text(&self) -> (Option<String>, bool) {
        match self {
            Self::None => (None, false),
            Self::Text(text) => (Some((*text).to_owned()), false),
            Self::Bytes(bytes) => (Some(STANDARD.encode(bytes)), true),
            Self::Json(fields) => (Some(Value::from(fields.members()).to_string()), false),
            Self::Form(fields) => {
                let members = fields.members();
                let texts = members.iter().map(|(name, value)| (name, value.as_str().unwrap_or_default()));
                (Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(texts).finish()), false)
            }
            Self::Everywhere => (Some(r#"{"everywhere":true}"#.to_owned()), false),
        }
    }
}

impl Fields<'_> {
    fn members(&self) -> Map<String, Value> {
        let others = self.others.iter().map(|(name, field)| (*name, field.value("usual", "taken")));
        let own = [
            ("name", self.name.value("Grace Hopper", "Ada")),
            ("email", self.email.value("grace@example.com", TAKEN_EMAIL)),
            ("password", self.password.value(Credentials::PASSWORD, "password")),
            ("newPassword", self.new_password.value("two-Amber-teapots", Credentials::PASSWORD)),
            ("code", self.code.value("1234 5678", SECRET_OF_LINK)),
            ("signupId", self.signup_id.value(SECRET_OF_LINK, "unknown")),
        ];
        let all = others.chain(own).filter_map(|(name, value)| Some((name.to_owned(), value?)));
        all.collect()
    }
}

impl Field<'_> {
    fn value(&self, usual: &str, taken: &str) -> Option<Value> {
        match self {
            Self::Usual => Some(usual.into()),
            Self::Taken => Some(taken.into()),
            Self::Text(text) => Some(format!("{text}{MARK}").into()),
            Self::Long(text, times) => Some(format!("{}{MARK}", text.repeat(usize::from(*times))).into()),
            Self::Absent => None,
            Self::Null => Some(Value::Null),
            Self::Bool(flag) => Some((*flag).into()),
            Self::Number(number) => Some((*number).into()),
            Self::Nested(depth) => Some((0..*depth).fold(json!({}), |inner, _| json!([inner]))),
        }
    }
}
