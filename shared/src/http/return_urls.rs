//! Where a sign-in through a provider may return to.

use url::{Position, Url};

use crate::environment::{ConfigError, Environment};
use crate::web_origin::WebOrigin;

/// The longest list, so that the variables of a function stay below Lambda's 4 KB.
const MAX_CHARS: usize = 1024;

/// The URLs that a sign-in may return to. They are compared as strings (RFC 9700 2.1): there are no wildcards, and nothing
/// that is nearly listed is taken for what it is near to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReturnUrls {
    /// Every URL on this machine's loopback interface. No environment variable reaches this.
    Loopback {
        /// Where a browser goes that no page began with.
        home: ReturnUrl,
    },
    /// These.
    Listed(Vec<ReturnUrl>),
}

impl ReturnUrls {
    /// No URL at all.
    pub const NONE: Self = Self::Listed(Vec::new());

    /// The variable that lists them.
    pub const VARIABLE: &'static str = "OAUTH_RETURN_URLS";

    /// `OAUTH_RETURN_URLS`, separated by commas; `default` if it is not set, or `none`.
    pub fn read(environment: &Environment, default: &Self) -> Result<Self, ConfigError> {
        let Some(list) = environment.chosen(Self::VARIABLE) else {
            return Ok(default.clone());
        };
        let urls = list.split(',').map(|url| ReturnUrl::parse(url.trim())).collect::<Option<Vec<_>>>();
        let urls = urls.filter(|_| list.len() <= MAX_CHARS).ok_or_else(|| {
            let expected = format!(
                "URLs separated by commas, of at most {MAX_CHARS} characters together, each without a query and a fragment and \
                 spelled as a browser spells it: https://…, http://… on a loopback host, or of a private scheme with a dot in \
                 it such as com.example.app:/oauth"
            );
            ConfigError::invalid(Self::VARIABLE, list, expected, "https://app.example.com/signed-in")
        })?;
        Ok(Self::Listed(urls))
    }

    /// The URL that a page asks for, if it may be returned to.
    #[must_use]
    pub fn allowed(&self, asked_for: &str) -> Option<ReturnUrl> {
        match self {
            Self::Loopback { .. } => ReturnUrl::parse(asked_for).filter(ReturnUrl::is_loopback),
            Self::Listed(urls) => urls.iter().find(|url| url.as_str() == asked_for).cloned(),
        }
    }

    /// Where a browser goes that no page began with: the first that is listed.
    #[must_use]
    pub fn first(&self) -> Option<&ReturnUrl> {
        match self {
            Self::Loopback { home } => Some(home),
            Self::Listed(urls) => urls.first(),
        }
    }

    /// Whether nothing may be returned to.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
    }
}

/// A URL that a sign-in may return to: `https`, `http` on a loopback host, or a private scheme with a dot in it (RFC 8252
/// 7.1), without a query and a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnUrl {
    text: String,
    url: Url,
}

impl ReturnUrl {
    /// Reads a URL that is spelled as browsers spell it; the path of a bare origin may be left out. `None` if it is not one of
    /// the above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let without_path = url.path() == "/" && url.as_str().strip_suffix('/') == Some(text);
        let spelled = text.is_ascii() && (url.as_str() == text || without_path);
        let extras = url.query().is_some() || url.fragment().is_some() || text.contains(',');
        let scheme = match url.scheme() {
            "http" | "https" => WebOrigin::parse(&url[..Position::BeforePath]).is_some(),
            private => private.contains('.') && url.username().is_empty() && url.password().is_none(),
        };
        (spelled && scheme && !extras).then(|| Self { text: text.to_owned(), url })
    }

    /// The URL as it is listed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is an `https` URL, which its domain's owner alone can receive. Any program on a device can claim a private
    /// scheme or listen on a loopback port (RFC 8252 8.6).
    #[must_use]
    pub fn proves_who_receives(&self) -> bool {
        self.url.scheme() == "https"
    }

    fn is_loopback(&self) -> bool {
        WebOrigin::parse(&self.url[..Position::BeforePath]).is_some_and(|origin| origin.is_loopback())
    }

    /// The URL with one parameter in its query. On the web it ends in an empty fragment: without one a browser keeps the
    /// fragment of the URL that redirects, and Facebook's redirects end in `#_=_`.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Url {
        let mut url = self.url.clone();
        url.query_pairs_mut().append_pair(name, value);
        if ["http", "https"].contains(&url.scheme()) {
            url.set_fragment(Some(""));
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ReturnUrl, ReturnUrls};
    use crate::environment::Environment;

    fn listed(list: &str) -> Option<ReturnUrls> {
        ReturnUrls::read(&Environment::default().with(ReturnUrls::VARIABLE, list), &ReturnUrls::NONE).ok()
    }

    #[test]
    fn web_pages_loopback_pages_and_private_schemes_with_a_dot_can_be_listed() {
        for (url, with_code) in [
            ("https://app.example.com/signed-in", "https://app.example.com/signed-in?code=a-b_c#"),
            ("https://app.example.com", "https://app.example.com/?code=a-b_c#"),
            ("https://app.example.com/", "https://app.example.com/?code=a-b_c#"),
            ("https://app.example.com:8443/a/b", "https://app.example.com:8443/a/b?code=a-b_c#"),
            ("http://localhost:5173/", "http://localhost:5173/?code=a-b_c#"),
            ("http://127.0.0.1:8080/done", "http://127.0.0.1:8080/done?code=a-b_c#"),
            ("http://[::1]:8080/done", "http://[::1]:8080/done?code=a-b_c#"),
            ("com.example.app:/oauth", "com.example.app:/oauth?code=a-b_c"),
            ("com.example.app://oauth/done", "com.example.app://oauth/done?code=a-b_c"),
        ] {
            let parsed = ReturnUrl::parse(url).unwrap_or_else(|| panic!("{url}"));
            assert_eq!((parsed.as_str(), parsed.with("code", "a-b_c").as_str()), (url, with_code));
            assert_eq!(parsed.proves_who_receives(), url.starts_with("https:"), "{url}");
        }
    }

    #[test]
    fn anything_else_cannot() {
        for url in [
            "",
            "*",
            "/signed-in",
            "app.example.com/signed-in",
            "https://*.example.com/",
            "https://app.example.com/*?",
            "https://app.example.com/signed-in?a=b",
            "https://app.example.com/signed-in?",
            "https://app.example.com/signed-in#a",
            "https://app.example.com/signed-in#",
            "https://app.example.com/a/../b",
            "https://APP.example.com/",
            "https://app.example.com:443/",
            "https://user@app.example.com/",
            "https://user:word@app.example.com/",
            "https://app.example.com\\a",
            "https://app.example.com/käse",
            "https://app.example.com/a b",
            "https:app.example.com/",
            "http://app.example.com/",
            "http://localhost.evil.example/",
            "myapp:/oauth",
            "javascript:alert(1)",
            "data:text/html,a",
            "file:///etc/passwd",
            "com.example.app://user@oauth/",
        ] {
            assert_eq!(ReturnUrl::parse(url), None, "{url}");
        }
    }

    #[test]
    fn a_list_is_read_whole_or_not_at_all() {
        let urls = listed("https://a.example/x, com.example.app:/oauth").unwrap();
        assert_eq!(urls.first().map(ReturnUrl::as_str), Some("https://a.example/x"));
        assert!(urls.allowed("com.example.app:/oauth").is_some() && !urls.is_empty());
        for unset in ["", "none"] {
            assert_eq!(listed(unset), Some(ReturnUrls::NONE));
        }
        let longest = format!("https://a.example/{}", "a".repeat(1024 - 18));
        assert!(listed(&longest).is_some());
        for wrong in
            ["https://a.example/x,", "https://a.example/x,b", "none,https://a.example/x", &format!("{longest}a")]
        {
            assert_eq!(listed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn loopback_is_every_page_of_this_machine_and_no_other() {
        let home = ReturnUrl::parse("http://localhost:3000/").unwrap();
        let loopback = ReturnUrls::Loopback { home: home.clone() };
        for (url, allowed) in [
            ("http://localhost:3000/", true),
            ("http://127.0.0.1:3000/a", true),
            ("https://localhost/", true),
            ("https://app.example.com/", false),
            ("http://localhost:3000/?a", false),
            ("http://localhost.evil.example/", false),
            ("http://evil.example/http://localhost/", false),
            ("com.example.app:/oauth", false),
        ] {
            assert_eq!(loopback.allowed(url).is_some(), allowed, "{url}");
        }
        assert!(loopback.first() == Some(&home) && !loopback.is_empty());
    }

    proptest! {
        #[test]
        fn nothing_but_a_listed_string_is_allowed(
            asked_for in "https://a\\.example/x[/.?#@:%a]{0,3}|[hH]ttps://[aA]\\.example(:443)?/?x?|\\PC{0,30}",
        ) {
            let urls = listed("https://a.example/x").unwrap();
            prop_assert_eq!(urls.allowed(&asked_for).is_some(), asked_for == "https://a.example/x");
        }

        #[test]
        fn whatever_is_read_goes_where_it_says(url in "(https?|com\\.example)://?(localhost|a\\.example|)[/.:@a-z0-9%\\\\]{0,12}") {
            if let Some(parsed) = ReturnUrl::parse(&url) {
                let with_code = parsed.with("code", "c");
                prop_assert!(with_code.as_str().starts_with(&url), "{} {}", url, with_code);
            }
        }
    }
}
