//! A key of HMAC-SHA256, as it is made, stored and used.

use aws_lc_rs::{hmac, rand};
use secrecy::{ExposeSecret as _, SecretSlice};

use super::KeyError;

/// The bytes of an HMAC-SHA256 key. Whoever holds one says what it is for.
#[derive(Clone, Debug)]
pub(super) struct HmacKey(SecretSlice<u8>);

impl HmacKey {
    /// The length of a tag in bytes, and of a key that loses no strength (RFC 2104 3).
    pub(super) const BYTES: usize = 32;

    /// Makes a new key.
    pub(super) fn generate() -> Result<Self, KeyError> {
        let mut key = vec![0; Self::BYTES];
        rand::fill(&mut key).map_err(|_unspecified| KeyError::NoRandomness)?;
        Ok(Self(key.into()))
    }

    /// A key as the store keeps it.
    pub(super) fn from_bytes(key: SecretSlice<u8>) -> Self {
        Self(key)
    }

    /// The key as the store keeps it.
    pub(super) fn as_bytes(&self) -> &SecretSlice<u8> {
        &self.0
    }

    /// Begins a tag.
    pub(super) fn context(&self) -> hmac::Context {
        hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, self.0.expose_secret()))
    }

    /// The tag of these fields. Each goes in with its length, so that no two lists of fields have the same tag.
    pub(super) fn tag(&self, fields: &[&[u8]]) -> [u8; Self::BYTES] {
        let mut context = self.context();
        for field in fields {
            context.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(field);
        }
        let mut tag = [0; Self::BYTES];
        for (byte, signed) in tag.iter_mut().zip(context.sign().as_ref()) {
            *byte = *signed;
        }
        tag
    }
}
