//! A stored password hash.

/// A password hash as it is stored: a [PHC string](https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md) of
/// Argon2, or the hash of another system that its user has brought along. It need not be readable; that shows when it is
/// verified.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash as it came out of the store.
    #[must_use]
    pub fn from_stored(hash: String) -> Self {
        Self(hash)
    }

    /// The hash as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A hash can be attacked offline, so its debug form does not show it.
impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash([REDACTED])")
    }
}
