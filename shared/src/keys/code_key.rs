//! The key that the codes of mails are made with.

use secrecy::SecretSlice;

use super::KeyError;
use super::hmac_key::HmacKey;

/// An HMAC-SHA256 key. A code is computed from it, so no code has to be stored. It outlives a revocation of the signing keys: a
/// code signs nobody in.
#[derive(Clone, Debug)]
pub struct CodeKey(HmacKey);

impl CodeKey {
    /// The length of a tag in bytes.
    pub const TAG_BYTES: usize = HmacKey::BYTES;

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

    /// The tag of these fields. No two lists of fields have the same tag.
    #[must_use]
    pub fn tag(&self, fields: &[&[u8]]) -> [u8; Self::TAG_BYTES] {
        self.0.tag(fields)
    }
}
