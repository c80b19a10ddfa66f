//! Which token a request presents: bearer headers, cookies and Xano's headers, against a second reading of the rules.
//! `cargo +nightly fuzz run presented_token`
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use fuzz::{DOMAIN, Known, let_panics_unwind};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, json};

static KNOWN: LazyLock<Known> = LazyLock::new(Known::new);

#[derive(Arbitrary, Debug)]
struct Headers<'a> {
    in_xano: bool,
    authorization: Option<Value<'a>>,
    cookies: Vec<Value<'a>>,
    own: Option<Value<'a>>,
    only: Option<Value<'a>>,
}

type Value<'a> = Vec<Part<'a>>;

#[derive(Arbitrary, Debug)]
enum Part<'a> {
    Token,
    Bearer,
    Cookie,
    Space,
    Equals,
    Semicolon,
    Quote,
    True,
    Text(&'a str),
}

impl Part<'_> {
    /// The part, without control characters and spaces: a value with anything else in it makes no header, or two.
    fn text(&self, token: &str) -> String {
        match self {
            Self::Token => token.to_owned(),
            Self::Bearer => "Bearer ".to_owned(),
            Self::Cookie => "__Host-authToken=".to_owned(),
            Self::Space => " ".to_owned(),
            Self::Equals => "=".to_owned(),
            Self::Semicolon => ";".to_owned(),
            Self::Quote => "\"".to_owned(),
            Self::True => "true".to_owned(),
            Self::Text(text) => {
                text.chars().map(|c| if c.is_ascii_graphic() || !c.is_ascii() { c } else { '~' }).collect()
            }
        }
    }
}

/// The values of each header.
struct Texts {
    in_xano: bool,
    authorization: Option<String>,
    cookies: Vec<String>,
    own: Option<String>,
    only: Option<String>,
}

impl Texts {
    fn of(headers: &Headers<'_>, token: &str) -> Self {
        let text = |value: &Value<'_>| value.iter().map(|part| part.text(token)).collect::<String>();
        Self {
            in_xano: headers.in_xano,
            authorization: headers.authorization.as_ref().map(text),
            cookies: headers.cookies.iter().map(text).collect(),
            own: headers.own.as_ref().map(text),
            only: headers.only.as_ref().map(text),
        }
    }

    /// The token, by the rules of docs and contract.
    fn token(&self) -> Option<&str> {
        if !self.in_xano {
            return self.bearer().or_else(|| self.cookie());
        }
        if let Some(own) = &self.own {
            return Some(without_scheme(own).unwrap_or(own));
        }
        if self.only.as_deref() == Some("true") { None } else { self.bearer() }
    }

    fn bearer(&self) -> Option<&str> {
        let first = self.authorization.as_ref()?;
        let is_bearer = first.split(' ').next().is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"));
        is_bearer.then(|| without_scheme(first).unwrap_or_default())
    }

    fn cookie(&self) -> Option<&str> {
        let pairs = self.cookies.iter().flat_map(|cookies| cookies.split(';')).filter(|pair| pair.is_ascii());
        let mut named = pairs.filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.trim(), value.trim()));
        named.find(|(name, _value)| *name == "__Host-authToken").map(|(_name, value)| value)
    }
}

fn without_scheme(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start_matches(' '))
}

fuzz_target!(init: let_panics_unwind(), |headers: Headers<'_>| {
    let known = &*KNOWN;
    let texts = Texts::of(&headers, &known.tokens.valid);
    let path = if texts.in_xano { "/api:aB3/auth/me" } else { "/auth/me" };
    let headers = [
        ("authorization", &texts.authorization),
        ("x-xano-authorization", &texts.own),
        ("x-xano-authorization-only", &texts.only),
    ];
    let headers = headers.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?.into())));
    let event = json!({
        "version": "2.0", "rawPath": path, "rawQueryString": "", "cookies": texts.cookies,
        "headers": headers.collect::<Map<String, serde_json::Value>>(),
        "requestContext": {"domainName": DOMAIN, "http": {"method": "GET", "sourceIp": "192.0.2.1"}},
    });
    let answer = known.function.answer(&event.to_string(), 0).expect("an event is JSON");
    match texts.token() {
        Some(token) if token == known.tokens.valid => assert_eq!(answer.status, 200, "{event}"),
        Some(_) => assert!(answer.status == 401 && !is_missing(&answer.body), "{event} {answer:?}"),
        None => assert!(answer.status == 401 && is_missing(&answer.body), "{event} {answer:?}"),
    }
});

fn is_missing(body: &str) -> bool {
    body.contains("missing_token") || body.contains("Authentication Required")
}
