//! The public set.

use std::collections::HashMap;
use std::fmt;

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::JwkSet;

use super::PublicKeyRecord;
use crate::domain::StoreError;

/// The keys that a token may be signed with, by their `kid`.
pub struct PublicKeySet {
    keys: HashMap<String, DecodingKey>,
    jwks: String,
}

impl PublicKeySet {
    /// Reads a set as the store keeps it.
    pub fn from_record(record: PublicKeyRecord) -> Result<Self, StoreError> {
        let unreadable = |what: &str| StoreError::Corrupt(format!("the public key set: {what}"));
        let set: JwkSet = serde_json::from_str(&record.jwks).map_err(|error| unreadable(&error.to_string()))?;
        let keys = set.keys.iter().map(|jwk| {
            let kid = jwk.common.key_id.clone().ok_or_else(|| unreadable("a key without kid"))?;
            let key = DecodingKey::from_jwk(jwk).map_err(|error| unreadable(&error.to_string()))?;
            Ok((kid, key))
        });
        Ok(Self { keys: keys.collect::<Result<_, StoreError>>()?, jwks: record.jwks })
    }

    /// The key of this name.
    #[must_use]
    pub fn key(&self, kid: &str) -> Option<&DecodingKey> {
        self.keys.get(kid)
    }

    /// The whole set as JSON (RFC 7517 5), for others to verify with.
    #[must_use]
    pub fn jwks(&self) -> &str {
        &self.jwks
    }
}

impl fmt::Debug for PublicKeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys.keys()).finish()
    }
}
