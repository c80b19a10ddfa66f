//! The app that is registered at the stand-ins.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth::callback_path;
use url::{Host, Url, form_urlencoded};

use super::provider::Provider;

/// An app as a provider knows it.
#[derive(Debug)]
pub(super) struct App {
    pub(super) id: &'static str,
    pub(super) secret: &'static str,
}

/// The apps. No provider gives out such secrets. They hold what a client must encode, in a form as in `Basic`.
const GOOGLE: App = App { id: "pretend-google.apps.example", secret: "pretend-google-secret/+%3A" };
const GITHUB: App = App { id: "pretend-github", secret: "pretend-github-secret/+%3A" };
const FACEBOOK: App = App { id: "1100000000000001", secret: "pretend-facebook-secret/+%3A" };
const X: App = App { id: "pretend-x:1:ci", secret: "pretend-x-secret/+%3A:~" };

impl App {
    pub(super) const fn at(provider: Provider) -> &'static Self {
        match provider {
            Provider::Google => &GOOGLE,
            Provider::GitHub => &GITHUB,
            Provider::Facebook => &FACEBOOK,
            Provider::X => &X,
        }
    }

    pub(super) fn is(&self, id: Option<&str>, secret: Option<&str>) -> bool {
        id == Some(self.id) && secret == Some(self.secret)
    }

    /// Whether a request authenticates this app by HTTP Basic. Both parts are form-encoded first (RFC 6749 2.3.1).
    pub(super) fn is_by_basic(&self, headers: &HeaderMap) -> bool {
        basic(headers).is_some_and(|(id, secret)| self.is(Some(&id), Some(&secret)))
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decoded(id)?, form_decoded(secret)?))
}

fn form_decoded(text: &str) -> Option<String> {
    let as_value = format!("v={}", text.replace('&', "%26"));
    form_urlencoded::parse(as_value.as_bytes()).next().map(|(_name, value)| value.into_owned())
}

/// Whether a redirect URI is one that the app has registered: its callback on any loopback host and port, or at `origin`.
/// Providers compare to the letter. GitHub also takes sub-domains and paths below:
/// <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#redirect-urls>.
///
/// X refuses `localhost` (<https://docs.x.com/fundamentals/developer-apps>). Its stand-in does not, because `cargo dev` is
/// there by default.
pub(super) fn is_registered(provider: Provider, origin: Option<&str>, redirect_uri: &str) -> bool {
    let Ok(url) = Url::parse(redirect_uri) else { return false };
    let callback = callback_path(provider.known());
    let is_spelled_so = url.as_str() == redirect_uri && matches!(url.scheme(), "http" | "https");
    let is_bare =
        url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    let is_github = provider == Provider::GitHub;
    let is_at_path = match url.path().strip_prefix(callback.as_str()) {
        Some("") => true,
        Some(below) => is_github && below.starts_with('/'),
        None => false,
    };
    let is_at_host = origin.is_some_and(|origin| url.origin().ascii_serialization() == origin)
        || match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || (is_github && name.ends_with(".localhost")),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
    is_spelled_so && is_bare && is_at_path && is_at_host
}

#[cfg(test)]
mod tests {
    use super::{form_decoded, is_registered};
    use crate::providers::provider::Provider;

    #[test]
    fn a_redirect_uri_is_registered_to_the_letter() {
        for (uri, expected) in [
            ("http://localhost:3000/auth/oauth/google/callback", true),
            ("http://127.0.0.1:1/auth/oauth/google/callback", true),
            ("http://[::1]:1/auth/oauth/google/callback", true),
            ("https://localhost/auth/oauth/google/callback", true),
            ("https://api.example.com/auth/oauth/google/callback", true),
            ("https://other.example.com/auth/oauth/google/callback", false),
            ("http://localhost:3000/auth/oauth/google/callback/", false),
            ("http://localhost:3000/auth/oauth/google/callback/below", false),
            ("http://localhost:3000/auth/oauth/github/callback", false),
            ("http://localhost:3000/auth/oauth/google/callback?a=1", false),
            ("http://localhost:3000/auth/oauth/google/callback#a", false),
            ("http://user@localhost:3000/auth/oauth/google/callback", false),
            ("http://LOCALHOST:3000/auth/oauth/google/callback", false),
            ("http://app.localhost:3000/auth/oauth/google/callback", false),
            ("http://evil.example/auth/oauth/google/callback", false),
            ("http://localhost.evil.example/auth/oauth/google/callback", false),
            ("http://192.0.2.1/auth/oauth/google/callback", false),
            ("ftp://localhost/auth/oauth/google/callback", false),
            ("javascript:alert(1)", false),
            ("", false),
        ] {
            let registered = is_registered(Provider::Google, Some("https://api.example.com"), uri);
            assert_eq!(registered, expected, "{uri}");
        }
    }

    #[test]
    fn both_parts_of_basic_are_form_encoded() {
        for (encoded, decoded) in [("a%2B%3A%2F+b", "a+:/ b"), ("a=b&c", "a=b&c"), ("plain", "plain"), ("", "")] {
            assert_eq!(form_decoded(encoded).as_deref(), Some(decoded), "{encoded}");
        }
    }
}
