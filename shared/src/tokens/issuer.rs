//! Who issues the tokens: the `iss` claim, and the address that discovery starts from.

use std::fmt;

use url::{Host, Url};

use crate::environment::{ConfigError, Environment};

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

    /// Reads an issuer; `None` if it breaks a rule above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        let path = url.path().trim_end_matches('/');
        let spelled_as_parsed = format!("{}{path}", url.origin().ascii_serialization()) == text;
        (secure && bare && url.password().is_none() && spelled_as_parsed)
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

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => host == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
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
            "ftp://localhost",
        ] {
            assert_eq!(Issuer::parse(text), None, "{text}");
        }
    }
}
