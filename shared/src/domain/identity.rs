//! Identities: what a provider knows a person by.

use std::fmt;

use super::{EmailAddress, Invalid, Name};
use crate::clock::Timestamp;

/// The longest issuer and the longest subject. OpenID Connect Core 2 bounds a subject at 255 ASCII characters. DynamoDB takes
/// keys of 2048 bytes.
const MAX_CHARS: usize = 255;

/// Who can vouch for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// Google.
    Google,
    /// GitHub, or a GitHub Enterprise Server.
    Github,
    /// Facebook.
    Facebook,
    /// X.
    X,
    /// Any issuer of OpenID Connect.
    Oidc,
}

impl Provider {
    /// Every provider there is.
    pub const ALL: [Self; 5] = [Self::Google, Self::Github, Self::Facebook, Self::X, Self::Oidc];

    /// The provider with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == name)
    }

    /// Reads the name of a provider in a body.
    pub fn read(name: &str) -> Result<Self, Invalid> {
        let detail = "Send the name of a provider as the list of providers shows it.";
        Self::parse(name).ok_or_else(|| Invalid::new("unknown_provider", detail))
    }

    /// The issuer of the public provider. `None` for OpenID Connect, whose issuer is configured.
    #[must_use]
    pub const fn home_issuer(self) -> Option<&'static str> {
        match self {
            Self::Google => Some("https://accounts.google.com"),
            Self::Github => Some("https://github.com"),
            Self::Facebook => Some("https://www.facebook.com"),
            Self::X => Some("https://x.com"),
            Self::Oidc => None,
        }
    }

    /// Its name, as it stands in paths and responses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Github => "github",
            Self::Facebook => "facebook",
            Self::X => "x",
            Self::Oidc => "oidc",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an identity is known by, and by nothing else: who says so, and what they call the person. It is spelled
/// `issuer#subject`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityKey(String);

impl IdentityKey {
    /// The key of an issuer's subject. `None` if the issuer holds a `#`, or either is empty, longer than 255 characters, or
    /// not of visible ASCII characters alone.
    #[must_use]
    pub fn new(issuer: &str, subject: &str) -> Option<Self> {
        let in_order = |text: &str| (1..=MAX_CHARS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        (in_order(issuer) && !issuer.contains('#') && in_order(subject)).then(|| Self(format!("{issuer}#{subject}")))
    }

    /// A key as it came out of the store or out of a seal.
    #[must_use]
    pub fn from_trusted(key: String) -> Self {
        Self(key)
    }

    /// Whether this issuer vouches for it.
    #[must_use]
    pub fn is_of(&self, issuer: &str) -> bool {
        self.parts().0 == issuer
    }

    /// The issuer and the subject. An issuer holds no `#`.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        self.0.split_once('#').unwrap_or((&self.0, ""))
    }

    /// The key as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A subject names a person at the provider, so the debug form does not show it.
impl fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityKey([REDACTED])")
    }
}

/// An identity as a provider has just proved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenIdentity {
    /// What it is known by.
    pub key: IdentityKey,
    /// Who proved it.
    pub provider: Provider,
    /// The email address that the provider gives. It proves nothing here: an address never links.
    pub email: Option<EmailAddress>,
    /// Whether the provider says that the person reads mail at this address.
    pub email_verified: bool,
    /// The person's name, if the provider gives one.
    pub name: Option<Name>,
    /// When the provider proved it.
    pub proven_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{IdentityKey, Provider};

    #[test]
    fn a_provider_has_one_name() {
        for provider in Provider::ALL {
            assert_eq!(Provider::parse(provider.as_str()), Some(provider));
        }
        for wrong in ["", "Google", "google ", "twitter", "apple"] {
            assert_eq!(Provider::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_is_of_visible_ascii_and_its_issuer_without_a_hash_sign() {
        let key = |issuer, subject| IdentityKey::new(issuer, subject).map(|key| key.as_str().to_owned());
        assert_eq!(key("//a.example", "42").as_deref(), Some("//a.example#42"));
        assert_eq!(key("//a.example", "4#2").as_deref(), Some("//a.example#4#2"));
        let (longest, longer) = ("s".repeat(255), "s".repeat(256));
        assert!(key(&longest, &longest).is_some());
        for (issuer, subject) in [
            ("a", ""),
            ("", "1"),
            ("a#b", "1"),
            ("a", "1 2"),
            ("a", "\u{e9}"),
            ("a", "\n"),
            ("a", &longer),
            (&longer, "1"),
        ] {
            assert_eq!(key(issuer, subject), None, "{issuer} {subject}");
        }
    }

    #[test]
    fn a_key_is_of_its_issuer_to_the_letter() {
        let key = IdentityKey::new("//a.example", "4#2").unwrap();
        assert!(key.is_of("//a.example"));
        assert_eq!(key.parts(), ("//a.example", "4#2"));
        for other in ["", "//a.example#4", "//a.exampl", "//a.example/", "//A.example"] {
            assert!(!key.is_of(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn two_identities_have_two_keys(
            one in ("[!-~]{1,6}", "[!-~]{1,6}"), other in ("[!-~]{1,6}", "[!-~]{1,6}"),
        ) {
            let keys = [&one, &other].map(|(issuer, subject)| IdentityKey::new(issuer, subject));
            if let [Some(first), Some(second)] = keys {
                prop_assert_eq!(first == second, one == other);
            }
        }
    }
}
