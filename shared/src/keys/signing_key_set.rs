//! The private set.

use jsonwebtoken::jwk::JwkSet;

use super::{DigestKey, KeyError, PublicKeyRecord, SigningKey, SigningKeyRecord};
use crate::clock::Timestamp;

/// The keys of a signer: previous, current and next, and the digest key.
#[derive(Debug)]
pub struct SigningKeySet {
    version: u64,
    current_since: Timestamp,
    previous: Option<SigningKey>,
    current: SigningKey,
    next: SigningKey,
    digest_key: DigestKey,
}

impl SigningKeySet {
    /// Makes the first set of a deployment, which has no previous key.
    pub fn generate(now: Timestamp) -> Result<Self, KeyError> {
        Ok(Self {
            version: 1,
            current_since: now,
            previous: None,
            current: SigningKey::generate()?,
            next: SigningKey::generate()?,
            digest_key: DigestKey::generate()?,
        })
    }

    /// Reads a set as the store keeps it.
    pub fn from_record(record: SigningKeyRecord) -> Result<Self, KeyError> {
        Ok(Self {
            version: record.version,
            current_since: record.current_since,
            previous: record.previous.map(SigningKey::from_pkcs8).transpose()?,
            current: SigningKey::from_pkcs8(record.current)?,
            next: SigningKey::from_pkcs8(record.next)?,
            digest_key: DigestKey::from_bytes(record.digest_key),
        })
    }

    /// The set as the store keeps it.
    #[must_use]
    pub fn to_record(&self) -> SigningKeyRecord {
        SigningKeyRecord {
            version: self.version,
            current_since: self.current_since,
            previous: self.previous.as_ref().map(|key| key.pkcs8().clone()),
            current: self.current.pkcs8().clone(),
            next: self.next.pkcs8().clone(),
            digest_key: self.digest_key.as_bytes().clone(),
        }
    }

    /// The public half of the set, as the store keeps it. All of its keys are published.
    #[must_use]
    pub fn to_public_record(&self) -> PublicKeyRecord {
        let keys = self.previous.iter().chain([&self.current, &self.next]).map(|key| key.jwk().clone()).collect();
        let jwks = serde_json::json!(JwkSet { keys }).to_string();
        PublicKeyRecord { version: self.version, jwks }
    }

    /// The key that signs.
    #[must_use]
    pub fn current(&self) -> &SigningKey {
        &self.current
    }

    /// The key for digests of personal data.
    #[must_use]
    pub fn digest_key(&self) -> &DigestKey {
        &self.digest_key
    }
}

#[cfg(test)]
mod tests {
    use super::SigningKeySet;
    use crate::clock::Timestamp;
    use crate::keys::PublicKeySet;

    #[test]
    fn a_stored_set_reads_back_as_the_same_keys() {
        let set = SigningKeySet::generate(Timestamp::from_millis(1_700_000_000_000)).unwrap();
        let read = SigningKeySet::from_record(set.to_record()).unwrap();
        assert_eq!(read.current().kid(), set.current().kid());
        assert_eq!(read.next.kid(), set.next.kid());
        assert_eq!(read.digest_key().digest("a"), set.digest_key().digest("a"));
        assert_eq!((read.version, read.current_since), (1, Timestamp::from_millis(1_700_000_000_000)));
    }

    #[test]
    fn the_public_half_holds_every_key_and_nothing_private() {
        let set = SigningKeySet::generate(Timestamp::from_millis(0)).unwrap();
        let public = PublicKeySet::from_record(set.to_public_record()).unwrap();
        assert!(public.key(set.current.kid()).is_some());
        assert!(public.key(set.next.kid()).is_some());
        let jwks: serde_json::Value = serde_json::from_str(public.jwks()).unwrap();
        for key in jwks["keys"].as_array().unwrap() {
            let mut members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
            members.sort_unstable();
            assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
        }
    }
}
