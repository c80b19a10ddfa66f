//! The identities that a user signs in with.

use std::collections::BTreeSet;
use std::fmt;

use super::{IdentityKey, Provider};

/// An identity as its user lists it: `provider#issuer#subject`. The provider's name stands in front of the key, so that
/// anyone who shows a user needs neither the identity itself nor the settings of providers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkedIdentity(String);

impl LinkedIdentity {
    /// The identity with this key, as this provider proved it.
    #[must_use]
    pub fn new(provider: Provider, key: &IdentityKey) -> Self {
        Self(format!("{provider}#{}", key.as_str()))
    }

    /// A listed identity as it came out of the store. It may be of a provider that only a later version knows.
    #[must_use]
    pub fn from_trusted(text: String) -> Self {
        Self(text)
    }

    /// The identity as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of its provider.
    #[must_use]
    pub fn provider(&self) -> &str {
        self.parts().0
    }

    /// What it is known by.
    #[must_use]
    pub fn key(&self) -> IdentityKey {
        IdentityKey::from_trusted(self.parts().1.to_owned())
    }

    fn parts(&self) -> (&str, &str) {
        self.0.split_once('#').unwrap_or((&self.0, ""))
    }
}

/// A subject names a person at the provider, so the debug form does not show it.
impl fmt::Debug for LinkedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkedIdentity({}, [REDACTED])", self.provider())
    }
}

/// The identities of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedIdentities(BTreeSet<LinkedIdentity>);

impl LinkedIdentities {
    /// How many there may be.
    pub const MOST: usize = 10;

    /// The one with this key, whichever provider proved it first.
    #[must_use]
    pub fn with_key(&self, key: &IdentityKey) -> Option<&LinkedIdentity> {
        self.iter().find(|identity| identity.key() == *key)
    }

    /// Those of one provider.
    #[must_use]
    pub fn of(&self, provider: Provider) -> Vec<&LinkedIdentity> {
        self.iter().filter(|identity| identity.provider() == provider.as_str()).collect()
    }

    /// The names of their providers, each once and in order.
    #[must_use]
    pub fn providers(&self) -> BTreeSet<&str> {
        self.iter().map(LinkedIdentity::provider).collect()
    }

    /// Every one of them.
    pub fn iter(&self) -> impl Iterator<Item = &LinkedIdentity> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<LinkedIdentity> for LinkedIdentities {
    fn from_iter<I: IntoIterator<Item = LinkedIdentity>>(identities: I) -> Self {
        Self(identities.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{LinkedIdentities, LinkedIdentity};
    use crate::domain::{IdentityKey, Provider};

    fn key(issuer: &str, subject: &str) -> IdentityKey {
        IdentityKey::new(issuer, subject).unwrap()
    }

    #[test]
    fn a_listed_identity_tells_its_provider_and_its_key() {
        let key = key("//issuer.example", "4#2");
        let identity = LinkedIdentity::new(Provider::Oidc, &key);
        assert_eq!(identity.as_str(), "oidc#//issuer.example#4#2");
        let read = LinkedIdentity::from_trusted(identity.as_str().to_owned());
        assert_eq!((read.provider(), read.key()), ("oidc", key));
        assert!(!format!("{read:?}").contains("4#2"), "{read:?}");
    }

    #[test]
    fn an_identity_is_found_by_its_key_whoever_proved_it() {
        let of = |provider, subject| LinkedIdentity::new(provider, &key("//issuer.example", subject));
        let identities = [of(Provider::X, "1"), of(Provider::Google, "2"), of(Provider::Google, "3")];
        let identities: LinkedIdentities = identities.into_iter().collect();
        assert_eq!(identities.with_key(&key("//issuer.example", "2")), Some(&of(Provider::Google, "2")));
        assert_eq!(identities.with_key(&key("//other.example", "2")), None);
        assert_eq!(identities.providers().into_iter().collect::<Vec<_>>(), ["google", "x"]);
        assert_eq!(identities.of(Provider::Google).len(), 2);
        assert!(identities.of(Provider::Github).is_empty());
    }
}
