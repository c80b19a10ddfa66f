//! Which token a request presents: bearer headers, cookies and Xano's headers, against a second reading of the rules.
//! `cargo +nightly fuzz run presented_token`
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use fuzz::{DOMAIN, Known, let_panics_unwind};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

static KNOWN: LazyLock<Known> = LazyLock::new(Known::new);

#[derive(Arbitrary, Debug)]
struct Headers<'a> {
    in_xano: bool,
    authorization: Vec<Value<'a>>,
    cookies: Vec<Value<'a>>,
    own: Vec<Value<'a>>,
    only: Vec<Value<'a>>,
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
    /// The part, in visible ASCII: a value with anything else in it makes no header.
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
            Self::Text(text) => text.chars().map(|c| if c.is_ascii_graphic() { c } else { '~' }).collect(),
        }
    }
}

/// The values of each header.
struct Texts {
    in_xano: bool,
    authorization: Vec<String>,
    cookies: Vec<String>,
    own: Vec<String>,
    only: Vec<String>,
}

impl Texts {
    fn of(headers: &Headers<'_>, token: &str) -> Self {
        let text = |value: &Value<'_>| value.iter().map(|part| part.text(token)).collect::<String>();
        let texts = |values: &[Value<'_>]| values.iter().map(text).collect::<Vec<_>>();
        Self {
            in_xano: headers.in_xano,
            authorization: texts(&headers.authorization),
            cookies: texts(&headers.cookies),
            own: texts(&headers.own),
            only: texts(&headers.only),
        }
    }

    /// The token, by the rules of docs and contract.
    fn token(&self) -> Option<&str> {
        if !self.in_xano {
            return self.bearer().or_else(|| self.cookie());
        }
        if let Some(own) = self.own.first() {
            return Some(without_scheme(own).unwrap_or(own));
        }
        if self.only.first().is_some_and(|only| only == "true") { None } else { self.bearer() }
    }

    fn bearer(&self) -> Option<&str> {
        let first = self.authorization.first()?;
        let is_bearer = first.split(' ').next().is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"));
        let token = if self.authorization.len() > 1 { "" } else { without_scheme(first).unwrap_or("") };
        is_bearer.then_some(token)
    }

    fn cookie(&self) -> Option<&str> {
        let pairs = self.cookies.iter().flat_map(|cookies| cookies.split(';'));
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
    let event = json!({
        "path": path, "httpMethod": "GET", "headers": {},
        "multiValueHeaders": {
            "authorization": texts.authorization, "cookie": texts.cookies,
            "x-xano-authorization": texts.own, "x-xano-authorization-only": texts.only,
        },
        "requestContext": {"httpMethod": "GET", "domainName": DOMAIN, "identity": {"sourceIp": "192.0.2.1"}},
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
