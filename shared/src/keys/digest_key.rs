//! The key that turns personal data into digests.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretSlice;

use super::KeyError;
use super::hmac_key::HmacKey;

/// An HMAC-SHA256 key. Its digests name an email address in logs without showing it: nobody without the key can try
/// addresses out.
#[derive(Clone, Debug)]
pub struct DigestKey(HmacKey);

impl DigestKey {
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

    /// The digest of `text` as base64url without padding, 43 characters.
    #[must_use]
    pub fn digest(&self, text: &str) -> String {
        let mut context = self.0.context();
        context.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(context.sign())
    }
}
