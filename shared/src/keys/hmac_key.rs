//! A key of HMAC-SHA256, as it is made, stored and used.

use std::sync::Arc;

use aws_lc_rs::{hmac, rand};
use secrecy::{ExposeSecret as _, SecretSlice};

use super::KeyError;

/// An HMAC-SHA256 key. Whoever holds one says what it is for.
#[derive(Clone, Debug)]
pub(super) struct HmacKey {
    bytes: SecretSlice<u8>,
    /// The key as tags begin with it: both of its blocks are hashed already.
    key: Arc<hmac::Key>,
}

impl HmacKey {
    /// The length of a tag in bytes, and of a key that loses no strength (RFC 2104 3).
    pub(super) const BYTES: usize = 32;

    /// Makes a new key.
    pub(super) fn generate() -> Result<Self, KeyError> {
        let mut key = vec![0; Self::BYTES];
        rand::fill(&mut key).map_err(|_unspecified| KeyError::NoRandomness)?;
        Ok(Self::from_bytes(key.into()))
    }

    /// A key as the store keeps it.
    pub(super) fn from_bytes(bytes: SecretSlice<u8>) -> Self {
        let key = Arc::new(hmac::Key::new(hmac::HMAC_SHA256, bytes.expose_secret()));
        Self { bytes, key }
    }

    /// The key as the store keeps it.
    pub(super) fn as_bytes(&self) -> &SecretSlice<u8> {
        &self.bytes
    }

    /// Begins a tag.
    pub(super) fn context(&self) -> hmac::Context {
        hmac::Context::with_key(&self.key)
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
