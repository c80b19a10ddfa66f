//! The key that the codes of mails are made with.

use secrecy::SecretSlice;

use super::KeyError;
use super::hmac_key::HmacKey;

/// An HMAC-SHA256 key. A code is made with it and with what is stored for the code, so no code has to be stored.
#[derive(Clone, Debug)]
pub struct CodeKey(HmacKey);

impl CodeKey {
    /// Makes a new key.
    pub fn generate() -> Result<Self, KeyError> {
        HmacKey::generate().map(Self)
    }

    /// A key as the store keeps it.
    #[must_use]
    pub fn from_bytes(key: SecretSlice<u8>) -> Self {
        Self(HmacKey::from_bytes(key))
    }

    /// The key as the store keeps it.
    #[must_use]
    pub fn as_bytes(&self) -> &SecretSlice<u8> {
        self.0.as_bytes()
    }
}
