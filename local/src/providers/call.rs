//! A request to a stand-in.

use std::collections::HashMap;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method};
use url::form_urlencoded;

/// What arrived.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) query: Pairs,
    pub(super) form: Pairs,
}

impl Call {
    /// The token in `Authorization: Bearer` (RFC 6750 2.1).
    pub(super) fn bearer(&self) -> Option<&str> {
        self.headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
    }
}

/// Names and values of a query or a form.
#[derive(Default)]
pub(super) struct Pairs(HashMap<String, String>);

impl Pairs {
    /// `None` if a name comes twice, which RFC 6749 3.1 and 3.2 forbid.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut pairs = HashMap::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            if pairs.insert(name.into_owned(), value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Self(pairs))
    }

    /// The value of a name. An empty one counts as left out (RFC 6749 3.1 and 3.2).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
