//! Who issues the tokens: the `iss` claim, and the address that discovery starts from.

use std::fmt;

use url::Url;

use crate::environment::{ConfigError, Environment};
use crate::web_origin::WebOrigin;

/// An issuer identifier: an `https` URL, or `http` on a loopback host, without a trailing slash, query or fragment
/// (RFC 8414 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    url: String,
    path: String,
}

impl Issuer {
    /// `ISSUER`, if it is set.
    pub fn read(environment: &Environment) -> Result<Option<Self>, ConfigError> {
        const VARIABLE: &str = "ISSUER";

        let Some(value) = environment.get(VARIABLE) else { return Ok(None) };
        let issuer = Self::parse(value).ok_or_else(|| {
            let expected = "an https URL (or http on a loopback host) without a trailing slash, query or fragment";
            ConfigError::invalid(VARIABLE, value, expected, "https://auth.example.com")
        })?;
        Ok(Some(issuer))
    }

    /// Reads an issuer; `None` if it breaks a rule above. It must be spelled as browsers spell it, in lower case and without
    /// the default port: whoever verifies a token compares `iss` to the letter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let host = text.find("://")? + "://".len();
        let (origin, path) = match text.get(host..)?.find('/') {
            Some(length) => text.split_at(host + length),
            None => (text, ""),
        };
        (WebOrigin::parse(origin)?.as_str() == origin && is_base_path(path))
            .then(|| Self { url: text.to_owned(), path: path.to_owned() })
    }

    /// The issuer of a deployment that is reached under this host name.
    #[must_use]
    pub fn of_domain(domain_name: &str) -> Option<Self> {
        Self::parse(&format!("https://{domain_name}"))
    }

    /// The identifier, as it stands in `iss`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// The path that stands in front of every route; empty where the issuer is a bare host.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

/// Whether this is a path as browsers spell it, without anything behind it. An issuer that is a bare host has none.
fn is_base_path(path: &str) -> bool {
    let spelled = || Url::parse(&format!("https://localhost{path}")).is_ok_and(|url| url.path() == path);
    path.is_empty() || (!path.ends_with('/') && spelled())
}

#[cfg(test)]
mod tests {
    use super::Issuer;

    #[test]
    fn an_issuer_is_an_https_url_without_trimmings() {
        for (text, path) in [
            ("https://auth.example.com", ""),
            ("https://auth.example.com/base/path", "/base/path"),
            ("http://localhost:3000", ""),
            ("http://127.0.0.1:9000", ""),
            ("http://[::1]:9000", ""),
            ("https://auth.example.com:8443/api:group", "/api:group"),
            ("https://xn--b.example", ""),
        ] {
            assert_eq!(Issuer::parse(text).as_ref().map(Issuer::path), Some(path), "{text}");
        }
        for text in [
            "",
            "auth.example.com",
            "http://auth.example.com",
            "https://auth.example.com/",
            "https://auth.example.com/?a",
            "https://auth.example.com#a",
            "https://user@auth.example.com",
            "https://AUTH.example.com",
            "https://auth.example.com:443",
            "https://auth.example.com/base/",
            "https://auth.example.com/base?a",
            "https://auth.example.com/a/../b",
            "https://auth.example.com/a b",
            "https://auth.example.com\\a",
            "https://",
            "https:///base",
            "ftp://localhost",
        ] {
            assert_eq!(Issuer::parse(text), None, "{text}");
        }
    }
}
