//! The key that refresh tokens are made with.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::SecretSlice;

use super::KeyError;
use super::hmac_key::HmacKey;

/// An HMAC-SHA256 key. A refresh token is good if its tag was made with it, so nothing of a token has to be stored. It is
/// renewed when the signing keys are revoked, and every session ends with it.
#[derive(Clone, Debug)]
pub struct RefreshKey(HmacKey);

impl RefreshKey {
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

    /// Whether this is the tag of these fields, in constant time.
    #[must_use]
    pub fn has_tag(&self, fields: &[&[u8]], tag: &[u8]) -> bool {
        verify_slices_are_equal(&self.tag(fields), tag).is_ok()
    }
}
