//! The origin of a web page or of an issuer, spelled as browsers spell it.

use std::fmt;

use url::{Host, ParseError};

/// An origin as it stands in an `Origin` header (RFC 6454 6.2): a scheme, a host in lower case, and a port if it is not the
/// scheme's own. The scheme is `https`, or `http` on a loopback host, where no network lies between.
///
/// Apps and extensions have origins of other schemes, such as `capacitor://localhost`. They are refused, because API
/// Gateway's CORS settings take no other scheme: docs/security.md says what these apps do instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebOrigin {
    text: String,
    is_loopback: bool,
}

impl WebOrigin {
    /// Reads an origin in whatever case, with or without the default port. `None` if it is not an origin, or has something
    /// behind it, such as a slash.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let (host, port) = split_port(authority)?;
        let (host, is_loopback) = read_host(host)?;
        let (scheme, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "https" => ("https", 443),
            "http" if is_loopback => ("http", 80),
            _ => return None,
        };
        let port = port.filter(|port| *port != default_port).map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self { text: format!("{scheme}://{host}{port}"), is_loopback })
    }

    /// The origin as browsers spell it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is on this machine's loopback interface.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The host and the port behind it, if any. The colons of an IPv6 address stand in brackets.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
            Some((host, Some(port.parse().ok().filter(|_port| is_number)?)))
        }
        _ => Some((authority, None)),
    }
}

/// A host as browsers spell it, and whether it is a loopback host.
fn read_host(text: &str) -> Option<(String, bool)> {
    let host = match Host::parse(text) {
        Ok(host) => host,
        // Punycode that decodes to nothing. No page has such a host, so it matches nothing, and a typing error in one
        // origin must not stop a function.
        Err(ParseError::IdnaError) => Host::Domain(text.to_ascii_lowercase()),
        Err(_) => return None,
    };
    let is_loopback = match &host {
        Host::Domain(name) if !is_name(name) => return None,
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    Some((host.to_string(), is_loopback))
}

/// Whether this can be a host's name. API Gateway would take one with `*` for a pattern.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::WebOrigin;

    #[test]
    fn an_origin_is_read_as_browsers_spell_it() {
        for (text, spelled) in [
            ("https://app.example.com", "https://app.example.com"),
            ("https://app.example.com:443", "https://app.example.com"),
            ("https://app.example.com:8443", "https://app.example.com:8443"),
            ("HTTPS://App.Example.COM:0443", "https://app.example.com"),
            ("https://b\u{fc}cher.example", "https://xn--bcher-kva.example"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
            ("https://xn--b.example:443", "https://xn--b.example"),
            ("https://a_b.example", "https://a_b.example"),
            ("https://192.0.2.1:8443", "https://192.0.2.1:8443"),
            ("https://[2001:DB8::1]:443", "https://[2001:db8::1]"),
            ("http://localhost:80", "http://localhost"),
            ("http://LOCALHOST:5173", "http://localhost:5173"),
            ("http://app.localhost:3000", "http://app.localhost:3000"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:5173", "http://[::1]:5173"),
        ] {
            assert_eq!(WebOrigin::parse(text).as_ref().map(WebOrigin::as_str), Some(spelled), "{text}");
        }
    }

    #[test]
    fn what_is_no_origin_of_a_web_page_is_refused() {
        for text in [
            "",
            "*",
            "null",
            "app.example.com",
            "https://",
            "https://*",
            "https://*.example.com",
            "https://app.example.com/",
            "https://app.example.com/page",
            "https://app.example.com?a",
            "https://app.example.com#a",
            "https://user@app.example.com",
            "https://app.example.com:",
            "https://app.example.com:+1",
            "https://app.example.com:65536",
            "https://app example.com",
            "https://a,b.example",
            "https://a.1",
            "https://[::1",
            "ftp://localhost",
            "file://",
            // http is for loopback alone.
            "http://app.example.com",
            "http://192.168.0.10:3000",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            // The shells of apps, and extensions.
            "capacitor://localhost",
            "ionic://localhost",
            "tauri://localhost",
            "chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb",
            "moz-extension://6f2ac7ab-19d4-4a30-9b3c-3a4ad5b3a1a2",
        ] {
            assert_eq!(WebOrigin::parse(text), None, "{text}");
        }
    }
}
