//! How and when a user has proved who they are.

use crate::clock::Timestamp;

/// That a user has proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentication {
    /// When they did, or when a provider did it for them.
    pub at: Timestamp,
    /// How.
    pub methods: AuthenticationMethods,
}

impl Authentication {
    /// With their password.
    #[must_use]
    pub fn by_password(at: Timestamp) -> Self {
        Self { at, methods: AuthenticationMethods::password() }
    }

    /// With an identity that a provider proved.
    #[must_use]
    pub fn by_provider(at: Timestamp) -> Self {
        Self { at, methods: AuthenticationMethods::provider() }
    }
}

/// The name of a password among the methods (RFC 8176 2).
const PASSWORD: &str = "pwd";

/// The methods of one authentication, as the claim `amr` names them (RFC 8176 2). A name that a later version wrote is
/// kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationMethods(Vec<String>);

impl AuthenticationMethods {
    /// A password.
    #[must_use]
    pub fn password() -> Self {
        Self(vec![PASSWORD.to_owned()])
    }

    /// A provider. RFC 8176 has no name for it.
    #[must_use]
    pub fn provider() -> Self {
        Self(vec!["fed".to_owned()])
    }

    /// Methods as they came out of the store.
    #[must_use]
    pub fn from_trusted(names: Vec<String>) -> Self {
        Self(names)
    }

    /// Whether a password is among them.
    #[must_use]
    pub fn include_password(&self) -> bool {
        self.0.iter().any(|name| name == PASSWORD)
    }

    /// The names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }
}
