//! The key that refresh tokens are made with.

use aws_lc_rs::hmac;
use aws_lc_rs::rand;
use secrecy::{ExposeSecret as _, SecretSlice};

use super::KeyError;

/// An HMAC-SHA256 key. A refresh token is good if its tag was made with it, so nothing of a token has to be stored. It is
/// renewed when the signing keys are revoked, and every session ends with it.
#[derive(Clone, Debug)]
pub struct RefreshKey(SecretSlice<u8>);

impl RefreshKey {
    /// The length of a tag in bytes, and of a key that loses no strength (RFC 2104 3).
    pub const TAG_BYTES: usize = 32;

    /// Makes a new key.
    pub fn generate() -> Result<Self, KeyError> {
        let mut key = vec![0; Self::TAG_BYTES];
        rand::fill(&mut key).map_err(|_unspecified| KeyError::Rsa("given a refresh key beside it"))?;
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

    /// The tag of these fields. Each goes in with its length, so that no two lists of fields have the same tag.
    #[must_use]
    pub fn tag(&self, fields: &[&[u8]]) -> [u8; Self::TAG_BYTES] {
        let mut tag = [0; Self::TAG_BYTES];
        let signed = self.context(fields).sign();
        for (byte, signed) in tag.iter_mut().zip(signed.as_ref()) {
            *byte = *signed;
        }
        tag
    }

    /// Whether this is the tag of these fields, in constant time.
    #[must_use]
    pub fn has_tag(&self, fields: &[&[u8]], tag: &[u8]) -> bool {
        let expected = self.tag(fields);
        aws_lc_rs::constant_time::verify_slices_are_equal(&expected, tag).is_ok()
    }

    fn context(&self, fields: &[&[u8]]) -> hmac::Context {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose_secret());
        let mut context = hmac::Context::with_key(&key);
        for field in fields {
            context.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(field);
        }
        context
    }
}
