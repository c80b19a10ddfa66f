//! How a user has proved who they are.

/// The methods of one authentication, as the claim `amr` names them (RFC 8176 2). A name that a later version wrote is
/// kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationMethods(Vec<String>);

impl AuthenticationMethods {
    /// A password.
    #[must_use]
    pub fn password() -> Self {
        Self(vec!["pwd".to_owned()])
    }

    /// Methods as they came out of the store.
    #[must_use]
    pub fn from_trusted(names: Vec<String>) -> Self {
        Self(names)
    }

    /// The names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }
}
