//! The key that turns personal data into digests.

use aws_lc_rs::hmac;
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretSlice};

use super::KeyError;

/// The length of an HMAC-SHA256 key that loses no strength (RFC 2104 3), in bytes.
const LENGTH: usize = 32;

/// An HMAC-SHA256 key. Its digests name an email address in logs without showing it; who does not hold the key cannot
/// try addresses out.
#[derive(Clone, Debug)]
pub struct DigestKey(SecretSlice<u8>);

impl DigestKey {
    /// Makes a new key.
    pub fn generate() -> Result<Self, KeyError> {
        let mut key = vec![0; LENGTH];
        rand::fill(&mut key).map_err(|_unspecified| KeyError::Rsa("given a digest key beside it"))?;
        Ok(Self(key.into()))
    }

    /// A key as the store keeps it.
    #[must_use]
    pub fn from_bytes(key: SecretSlice<u8>) -> Self {
        Self(key)
    }

    /// The key as the store keeps it.
    #[must_use]
    pub fn as_bytes(&self) -> &SecretSlice<u8> {
        &self.0
    }

    /// The digest of `text` as base64url without padding, 43 characters.
    #[must_use]
    pub fn digest(&self, text: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose_secret());
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()))
    }
}
