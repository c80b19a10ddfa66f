//! Events made of arbitrary bytes.

use std::net::{Ipv4Addr, Ipv6Addr};

use arbitrary::{Arbitrary, Unstructured};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::{Body, DOMAIN, Token, Tokens};

/// Ends every name, address, password and token that an input makes up. No answer of ours has these characters in its
/// own words, so where they are in an error, the error repeats what the client sent.
pub const MARK: &str = "~Q~";

/// An event, and under which circumstances it comes.
pub struct Event {
    /// The event as JSON, or what was meant to be JSON.
    pub text: String,
    /// How long after the start it comes.
    pub minutes: u8,
    /// How many attempts came before it.
    pub attempts: u8,
    /// Whether the signing keys can be had.
    pub keys_at_hand: bool,
}

impl Event {
    /// An input that begins like an object is the event itself, with `{{token}}` for the valid token. Any other is
    /// taken apart into a request. `None` where the input is too short for one.
    pub fn read(input: &[u8], path: &str, tokens: &Tokens) -> Option<Self> {
        if input.starts_with(b"{") {
            let text = std::str::from_utf8(input).ok()?.replace("{{token}}", &tokens.valid);
            return Some(Self { text, minutes: 0, attempts: 0, keys_at_hand: false });
        }
        let request = Request::arbitrary(&mut Unstructured::new(input)).ok()?;
        let text = request.event(path, tokens).to_string();
        // To hash a password takes longer than everything else together, so few inputs may.
        let keys_at_hand = request.luck < 16 || request.attempts >= 100;
        Some(Self { text, minutes: request.minutes, attempts: request.attempts, keys_at_hand })
    }

    /// Its body as a client sent it, with what is percent-encoded or in base64 in it decoded.
    pub fn decoded(&self) -> String {
        let event: Value = serde_json::from_str(&self.text).unwrap_or_default();
        let body = event["body"].as_str().unwrap_or_default();
        let bytes = STANDARD.decode(body).unwrap_or_else(|_not_base64| body.as_bytes().to_vec());
        let form = form_urlencoded::parse(&bytes).map(|(name, value)| format!("{name}={value}&")).collect::<String>();
        let json = serde_json::from_slice::<Value>(&bytes).unwrap_or_default().to_string();
        format!("{json} {form}")
    }
}

#[derive(Arbitrary, Debug)]
struct Request<'a> {
    luck: u8,
    attempts: u8,
    minutes: u8,
    method: Method<'a>,
    path: Path<'a>,
    query: &'a str,
    stage: Option<&'a str>,
    domain: Domain<'a>,
    source: Source<'a>,
    host: Option<&'a str>,
    content_type: ContentType<'a>,
    transport: Option<Transport<'a>>,
    origin: Option<&'a str>,
    authorization: Vec<(Scheme<'a>, Token<'a>)>,
    token_cookie: Option<Token<'a>>,
    cookies: Vec<&'a str>,
    xano_authorization: Option<(Scheme<'a>, Token<'a>)>,
    headers: Vec<(&'a str, &'a str)>,
    is_base64_encoded: bool,
    body: Body<'a>,
}

#[derive(Arbitrary, Debug)]
enum Method<'a> {
    Post,
    Get,
    Other(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Path<'a> {
    Own,
    WithSlash,
    OfXano,
    OfXanoBranch(&'a str),
    UnderStage(&'a str),
    Logout,
    Keys,
    Discovery,
    Other(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Domain<'a> {
    Usual,
    None,
    Other(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Source<'a> {
    V4([u8; 4]),
    V6([u16; 8]),
    Other(&'a str),
}

#[derive(Arbitrary, Debug)]
enum ContentType<'a> {
    Json,
    JsonWithCharset,
    Form,
    None,
    Other(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Transport<'a> {
    Cookie,
    Body,
    Other(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Scheme<'a> {
    Bearer,
    None,
    Other(&'a str),
}

impl Request<'_> {
    fn event(&self, path: &str, tokens: &Tokens) -> Value {
        let path = self.path.text(path);
        let headers = self.headers(tokens);
        let method = self.method.text();
        let (body, is_base64_encoded) = self.body.text();
        let mut context = json!({"requestId": "request-1", "stage": self.stage.unwrap_or("$default")});
        match self.domain {
            Domain::Usual => context["domainName"] = DOMAIN.into(),
            Domain::Other(domain) => context["domainName"] = domain.into(),
            Domain::None => {}
        }
        let mut event = json!({"body": body, "isBase64Encoded": self.is_base64_encoded || is_base64_encoded});
        context["http"] = json!({"method": method, "path": path, "sourceIp": self.source.text()});
        event["version"] = "2.0".into();
        event["rawPath"] = path.into();
        event["rawQueryString"] = self.query.into();
        event["headers"] = headers.into_iter().map(|(name, value)| (name, value.into())).collect::<Map<_, _>>().into();
        event["cookies"] = self.cookies(tokens).map(Value::from).collect();
        event["requestContext"] = context;
        event
    }

    fn headers(&self, tokens: &Tokens) -> Vec<(String, String)> {
        let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut headers: Vec<_> = self.headers.iter().map(|(name, value)| own(name, value)).collect();
        headers.extend(self.content_type.text().map(|value| own("content-type", value)));
        headers.extend(self.transport.as_ref().map(|transport| own("x-token-transport", transport.text())));
        headers.extend(self.origin.map(|origin| own("origin", origin)));
        headers.extend(self.host.map(|host| own("host", host)));
        for (scheme, token) in &self.authorization {
            headers.push(own("authorization", &scheme.with(&token.of(tokens))));
        }
        if let Some((scheme, token)) = &self.xano_authorization {
            headers.push(own("x-xano-authorization", &scheme.with(&token.of(tokens))));
        }
        headers
    }

    fn cookies(&self, tokens: &Tokens) -> impl Iterator<Item = String> {
        let token = self.token_cookie.as_ref().map(|token| format!("__Host-authToken={}", token.of(tokens)));
        self.cookies.iter().map(|cookie| (*cookie).to_owned()).chain(token)
    }
}

impl Method<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Post => "POST",
            Self::Get => "GET",
            Self::Other(method) => method,
        }
    }
}

impl Path<'_> {
    fn text(&self, own: &str) -> String {
        match self {
            Self::Own => own.to_owned(),
            Self::WithSlash => format!("{own}/"),
            Self::OfXano => format!("/api:aB3{own}"),
            Self::OfXanoBranch(branch) => format!("/api:aB3:{branch}{own}"),
            Self::UnderStage(stage) => format!("/{stage}{own}"),
            Self::Logout => "/auth/logout".to_owned(),
            Self::Keys => "/.well-known/jwks.json".to_owned(),
            Self::Discovery => "/.well-known/openid-configuration".to_owned(),
            Self::Other(path) => (*path).to_owned(),
        }
    }
}

impl Source<'_> {
    fn text(&self) -> String {
        match self {
            Self::V4(address) => Ipv4Addr::from(*address).to_string(),
            Self::V6(address) => Ipv6Addr::from(*address).to_string(),
            Self::Other(other) => (*other).to_owned(),
        }
    }
}

impl ContentType<'_> {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Json => Some("application/json"),
            Self::JsonWithCharset => Some("Application/JSON; charset=utf-8"),
            Self::Form => Some("application/x-www-form-urlencoded"),
            Self::None => None,
            Self::Other(other) => Some(other),
        }
    }
}

impl Transport<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Cookie => "cookie",
            Self::Body => "body",
            Self::Other(other) => other,
        }
    }
}

impl Scheme<'_> {
    fn with(&self, token: &str) -> String {
        match self {
            Self::Bearer => format!("Bearer {token}"),
            Self::None => token.to_owned(),
            Self::Other(scheme) => format!("{scheme} {token}"),
        }
    }
}
