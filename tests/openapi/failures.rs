//! Every way to fail, and where.

use std::iter::successors;

use reqwest::Method;
use shared::attempts::Refusal;
use shared::domain::Invalid;
use shared::http::{Failure, FieldError};
use shared::tokens::TokenFault;

const POSTING: &[&str] = &["signup", "login", "logout", "xanoSignup", "xanoLogin"];
const ALL: &[&str] = &["signup", "login", "me", "logout", "keys", "discovery", "xanoSignup", "xanoLogin", "xanoMe"];

/// One failure of each kind, and one for each code of a field.
pub(super) fn all() -> Vec<Failure> {
    let fields = Invalid::CODES.map(|code| {
        let invalid = Invalid { code, detail: String::new(), limit: Some(8) };
        Failure::InvalidFields(vec![FieldError { field: "email", invalid }])
    });
    successors(Some(Failure::MalformedEvent), next).chain(fields).collect()
}

/// The failures in a row: a new one does not compile until it has its place here.
fn next(failure: &Failure) -> Option<Failure> {
    Some(match failure {
        Failure::MalformedEvent => Failure::NotFound,
        Failure::NotFound => Failure::MethodNotAllowed { allowed: Method::GET },
        Failure::MethodNotAllowed { .. } => Failure::OriginNotAllowed,
        Failure::OriginNotAllowed => Failure::ProxyRequired,
        Failure::ProxyRequired => Failure::UnknownTransport,
        Failure::UnknownTransport => Failure::TransportRequired,
        Failure::TransportRequired => Failure::NoIssuer,
        Failure::NoIssuer => Failure::BodyTooLarge { max_bytes: 8192 },
        Failure::BodyTooLarge { .. } => Failure::UnsupportedMediaType,
        Failure::UnsupportedMediaType => Failure::MalformedBody,
        Failure::MalformedBody => Failure::InvalidFields(Vec::new()),
        Failure::InvalidFields(_) => Failure::InvalidCredentials,
        Failure::InvalidCredentials => Failure::TooManyAttempts(Refusal { limit: "pair", retry_after_seconds: 1 }),
        Failure::TooManyAttempts(_) => TokenFault::Missing.into(),
        Failure::Unauthenticated(TokenFault::Missing) => TokenFault::Expired.into(),
        Failure::Unauthenticated(TokenFault::Expired) => TokenFault::UnknownKey.into(),
        Failure::Unauthenticated(TokenFault::UnknownKey) => TokenFault::Invalid.into(),
        Failure::Unauthenticated(TokenFault::Invalid) => Failure::EmailTaken,
        Failure::EmailTaken => Failure::NoKeysYet,
        Failure::NoKeysYet => Failure::Unavailable("away".into()),
        Failure::Unavailable(_) => Failure::Internal("a bug".into()),
        Failure::Internal(_) => return None,
    })
}

/// The operations that can fail in this way.
pub(super) fn operations_of(failure: &Failure) -> Vec<&'static str> {
    let but = |left_out: &str| ALL.iter().copied().filter(|id| *id != left_out).collect();
    match failure {
        Failure::MalformedEvent
        | Failure::ProxyRequired
        | Failure::NotFound
        | Failure::MethodNotAllowed { .. }
        | Failure::Internal(_) => ALL.to_vec(),
        Failure::OriginNotAllowed
        | Failure::BodyTooLarge { .. }
        | Failure::UnsupportedMediaType
        | Failure::MalformedBody
        | Failure::InvalidFields(_) => POSTING.to_vec(),
        Failure::UnknownTransport => vec!["signup", "login", "logout"],
        Failure::TransportRequired => vec!["logout"],
        Failure::NoIssuer => but("keys"),
        Failure::InvalidCredentials => vec!["login", "xanoLogin"],
        Failure::Unauthenticated(_) => vec!["me", "logout", "xanoMe"],
        Failure::TooManyAttempts(_) => vec!["signup", "login", "xanoSignup", "xanoLogin"],
        Failure::EmailTaken => vec!["signup", "xanoSignup"],
        Failure::NoKeysYet => vec!["keys"],
        Failure::Unavailable(_) => but("discovery"),
    }
}
