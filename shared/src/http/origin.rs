//! Which web pages may call, by the `Origin` that their browser sends.

use url::{Host, Origin, Url};

use crate::environment::{ConfigError, Environment};

/// The origins whose pages may call: the same rule answers CORS preflights at the gateway and refuses requests in
/// the functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Every origin, without credentials: `*`.
    Any,
    /// Every origin on this machine's loopback interface, with credentials. No environment variable reaches this.
    Loopback,
    /// These origins, to the letter, with credentials.
    Listed(Vec<String>),
}

impl AllowedOrigins {
    /// `ALLOWED_ORIGINS`; every origin by default.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        const VARIABLE: &str = "ALLOWED_ORIGINS";

        let Some(list) = environment.get(VARIABLE) else { return Ok(Self::Any) };
        Self::parse(list).ok_or_else(|| {
            let expected = "\"*\", or exact origins (scheme, host, and a port where it is not the default) separated by \
                            commas";
            ConfigError::invalid(VARIABLE, list, expected, "https://app.example.com,http://localhost:5173")
        })
    }

    /// Reads `*`, or exact origins separated by commas. `None` where an entry is neither.
    #[must_use]
    pub fn parse(list: &str) -> Option<Self> {
        if list.trim() == "*" {
            return Some(Self::Any);
        }
        list.split(',').map(|origin| exact_origin(origin.trim())).collect::<Option<_>>().map(Self::Listed)
    }

    /// Whether a page of `origin`, the value of an `Origin` header, may call. `null` never may where origins are
    /// listed.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Loopback => is_loopback(origin),
            Self::Listed(origins) => origins.iter().any(|allowed| allowed == origin),
        }
    }

    /// Whether a browser may send cookies along: exactly when the origins are known.
    #[must_use]
    pub fn allow_credentials(&self) -> bool {
        !matches!(self, Self::Any)
    }
}

/// `origin` where it is spelled as a browser spells it in an `Origin` header: scheme, host, and a port only where it
/// is not the scheme's own. A host with `*` in it would be taken for a pattern by whoever reads it, and by API Gateway.
fn exact_origin(origin: &str) -> Option<String> {
    let url = Url::parse(origin).ok()?;
    let exact = matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == origin;
    (exact && !origin.contains('*')).then(|| origin.to_owned())
}

fn is_loopback(origin: &str) -> bool {
    let Ok(url) = Url::parse(origin) else { return false };
    if url.origin().ascii_serialization() != origin {
        return false;
    }
    match url.origin() {
        Origin::Tuple(_, Host::Domain(host), _) => host == "localhost" || host.ends_with(".localhost"),
        Origin::Tuple(_, Host::Ipv4(address), _) => address.is_loopback(),
        Origin::Tuple(_, Host::Ipv6(address), _) => address.is_loopback(),
        Origin::Opaque(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::AllowedOrigins;

    #[test]
    fn listed_origins_match_to_the_letter() {
        let origins = AllowedOrigins::parse("https://app.example.com, http://localhost:5173").unwrap();
        assert!(origins.allow_credentials());
        for (origin, allowed) in [
            ("https://app.example.com", true),
            ("http://localhost:5173", true),
            ("https://app.example.com:443", false),
            ("https://app.example.com.evil.example", false),
            ("https://evil-app.example.com", false),
            ("http://app.example.com", false),
            ("HTTPS://APP.EXAMPLE.COM", false),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(origins.allows(origin), allowed, "{origin}");
        }
    }

    #[test]
    fn a_list_that_no_browser_could_match_is_refused() {
        for list in ["https://*", "https://app.example.com/", "app.example.com", "null", "ftp://a.example", "*,*", ""] {
            assert_eq!(AllowedOrigins::parse(list), None, "{list}");
        }
        assert_eq!(AllowedOrigins::parse("*"), Some(AllowedOrigins::Any));
    }

    #[test]
    fn loopback_means_this_machine_only() {
        for (origin, allowed) in [
            ("http://localhost:3000", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:5173", true),
            ("https://app.localhost", true),
            ("http://localhost.evil.example", false),
            ("http://127.0.0.1.evil.example", false),
            ("http://evil.example#localhost", false),
            ("null", false),
        ] {
            assert_eq!(AllowedOrigins::Loopback.allows(origin), allowed, "{origin}");
        }
    }
}
