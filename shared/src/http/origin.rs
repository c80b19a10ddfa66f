//! Which web pages may call, by the `Origin` that their browser sends.

use crate::environment::{ConfigError, Environment};
use crate::web_origin::WebOrigin;

/// The origins whose pages may call: the same rule answers CORS preflights at the gateway and refuses requests in
/// the functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Every origin, without credentials: `*`.
    Any,
    /// Every origin on this machine's loopback interface, with credentials. No environment variable reaches this.
    Loopback,
    /// These origins, compared to the letter with what browsers send, with credentials.
    Listed(Vec<String>),
}

impl AllowedOrigins {
    /// `ALLOWED_ORIGINS`; every origin by default.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        const VARIABLE: &str = "ALLOWED_ORIGINS";

        let Some(list) = environment.get(VARIABLE) else { return Ok(Self::Any) };
        Self::parse(list).ok_or_else(|| {
            let expected = "\"*\", or origins (https://, a host, and a port if it is not 443; http:// only on a loopback \
                            host) separated by commas";
            ConfigError::invalid(VARIABLE, list, expected, "https://app.example.com,http://localhost:5173")
        })
    }

    /// Reads `*`, or origins separated by commas. `None` if an entry is neither.
    #[must_use]
    pub fn parse(list: &str) -> Option<Self> {
        if list.trim() == "*" {
            return Some(Self::Any);
        }
        let origins = list.split(',').map(|origin| WebOrigin::parse(origin.trim()));
        origins.map(|origin| Some(origin?.as_str().to_owned())).collect::<Option<_>>().map(Self::Listed)
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

fn is_loopback(origin: &str) -> bool {
    WebOrigin::parse(origin).is_some_and(|page| page.is_loopback() && page.as_str() == origin)
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
    fn a_listed_origin_is_compared_as_browsers_send_it() {
        let origins = AllowedOrigins::parse("https://App.Example.com:443,http://localhost:80").unwrap();
        for origin in ["https://app.example.com", "http://localhost"] {
            assert!(origins.allows(origin), "{origin}");
        }
        for origin in ["https://App.Example.com", "https://app.example.com:443", "http://localhost:80"] {
            assert!(!origins.allows(origin), "{origin}");
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
    fn pages_without_tls_and_the_shells_of_apps_cannot_be_listed() {
        for origin in ["http://app.example.com", "capacitor://localhost", "chrome-extension://aapbdbdomjkkjkaonfhkkikf"]
        {
            assert_eq!(AllowedOrigins::parse(origin), None, "{origin}");
            assert_eq!(AllowedOrigins::parse(&format!("https://app.example.com,{origin}")), None, "{origin}");
        }
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
