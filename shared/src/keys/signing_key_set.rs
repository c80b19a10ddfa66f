//! The private set.

use std::sync::Arc;

use jsonwebtoken::jwk::JwkSet;

use super::{
    CodeKey, DigestKey, DigestKeySet, KeyError, KeysError, PublicKeyRecord, RefreshKey, RotationPeriod, SealKeys,
    SigningKey, SigningKeyRecord,
};
use crate::clock::Timestamp;

/// The keys of a signer: previous, current and next, the digest key, the refresh key and the key for codes.
#[derive(Debug)]
pub struct SigningKeySet {
    version: u64,
    current_since: Timestamp,
    previous: Option<Arc<SigningKey>>,
    current: Arc<SigningKey>,
    next: Arc<SigningKey>,
    digest_key: DigestKey,
    refresh_key: Option<RefreshKey>,
    code_key: Option<CodeKey>,
}

impl SigningKeySet {
    /// A set without a history: the first of a deployment, or one in the place of half a set.
    pub(super) fn fresh(
        version: u64,
        [current, next]: [Arc<SigningKey>; 2],
        digest_key: DigestKey,
        refresh_key: RefreshKey,
        now: Timestamp,
    ) -> Self {
        let refresh_key = Some(refresh_key);
        Self { version, current_since: now, previous: None, current, next, digest_key, refresh_key, code_key: None }
    }

    /// The set after a rotation: every key moves on by one, and `new` becomes the next.
    pub(super) fn rotated(&self, new: Arc<SigningKey>, now: Timestamp) -> Self {
        Self {
            version: self.version.saturating_add(1),
            current_since: now,
            previous: Some(Arc::clone(&self.current)),
            current: Arc::clone(&self.next),
            next: new,
            digest_key: self.digest_key.clone(),
            refresh_key: self.refresh_key.clone(),
            code_key: self.code_key.clone(),
        }
    }

    /// The set after a revocation: no key that has signed so far is left, and no refresh token is good any more.
    pub(super) fn revoked(&self, new: Arc<SigningKey>, refresh_key: RefreshKey, now: Timestamp) -> Self {
        Self { previous: None, refresh_key: Some(refresh_key), ..self.rotated(new, now) }
    }

    /// Whether the current key has served for a whole period. A clock that shows a time before its first use says
    /// nothing about that.
    pub(super) fn is_due(&self, period: RotationPeriod, now: Timestamp) -> bool {
        self.age_millis(now).is_some_and(|age| age >= period.as_millis())
    }

    /// For how long the current key has served and the next one been public, in milliseconds, or `None` where `now` is
    /// before that.
    #[must_use]
    pub fn age_millis(&self, now: Timestamp) -> Option<u64> {
        now.millis_since(self.current_since)
    }

    /// Reads a set as the store keeps it.
    pub fn from_record(record: SigningKeyRecord) -> Result<Self, KeyError> {
        let read = |pkcs8| SigningKey::from_pkcs8(pkcs8).map(Arc::new);
        Ok(Self {
            version: record.version,
            current_since: record.current_since,
            previous: record.previous.map(read).transpose()?,
            current: read(record.current)?,
            next: read(record.next)?,
            digest_key: DigestKey::from_bytes(record.digest_key),
            refresh_key: record.refresh_key.map(RefreshKey::from_bytes),
            code_key: record.digest_keys.map(|keys| DigestKeySet::from_record(keys).codes),
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
            refresh_key: self.refresh_key.as_ref().map(|key| key.as_bytes().clone()),
            digest_keys: self.code_key.clone().map(|codes| self.digest_keys(codes).to_record()),
        }
    }

    /// The public half of the set, as the store keeps it. All of its keys are published.
    #[must_use]
    pub fn to_public_record(&self) -> PublicKeyRecord {
        let keys = self.previous.iter().chain([&self.current, &self.next]).map(|key| key.jwk().clone()).collect();
        let jwks = serde_json::json!(JwkSet { keys }).to_string();
        PublicKeyRecord { version: self.version, jwks }
    }

    /// Counts the changes of the set, from 1.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The key that signed before, where there is one.
    #[must_use]
    pub fn previous(&self) -> Option<&SigningKey> {
        self.previous.as_deref()
    }

    /// The key that signs.
    #[must_use]
    pub fn current(&self) -> &SigningKey {
        &self.current
    }

    /// The key that will sign after the next rotation.
    #[must_use]
    pub fn next(&self) -> &SigningKey {
        &self.next
    }

    /// The key that refresh tokens are made with. `None` until the first is needed.
    #[must_use]
    pub fn refresh_key(&self) -> Option<&RefreshKey> {
        self.refresh_key.as_ref()
    }

    /// The key for codes. `None` until it is stored.
    #[must_use]
    pub fn code_key(&self) -> Option<&CodeKey> {
        self.code_key.as_ref()
    }

    /// What functions that do not sign get of this set, with this key for codes.
    pub(super) fn digest_keys(&self, codes: CodeKey) -> DigestKeySet {
        DigestKeySet { digest: self.digest_key.clone(), codes }
    }

    /// The keys of seals.
    pub fn seal_keys(&self) -> Result<SealKeys, KeysError> {
        Ok(SealKeys::of_set(self)?)
    }

    /// The key for digests of personal data.
    #[must_use]
    pub fn digest_key(&self) -> &DigestKey {
        &self.digest_key
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::SigningKeySet;
    use crate::clock::Timestamp;
    use crate::keys::{DigestKey, PublicKeySet, RefreshKey, SigningKey};

    fn key() -> Arc<SigningKey> {
        Arc::new(SigningKey::generate().unwrap())
    }

    fn set() -> SigningKeySet {
        let now = Timestamp::from_millis(1_700_000_000_000);
        SigningKeySet::fresh(1, [key(), key()], DigestKey::generate().unwrap(), RefreshKey::generate().unwrap(), now)
    }

    #[test]
    fn a_stored_set_reads_back_as_the_same_keys() {
        let set = set().rotated(key(), Timestamp::from_millis(1_800_000_000_000));
        let read = SigningKeySet::from_record(set.to_record()).unwrap();
        let kids =
            |set: &SigningKeySet| [set.previous().unwrap(), set.current(), set.next()].map(|key| key.kid().to_owned());
        assert_eq!(kids(&read), kids(&set));
        assert_eq!(read.digest_key().digest("a"), set.digest_key().digest("a"));
        assert_eq!(read.refresh_key().unwrap().tag(&[b"a"]), set.refresh_key().unwrap().tag(&[b"a"]));
        assert_eq!((read.version, read.current_since), (2, Timestamp::from_millis(1_800_000_000_000)));
    }

    #[test]
    fn the_public_half_holds_every_key_and_nothing_private() {
        let set = set().rotated(key(), Timestamp::from_millis(0));
        let public = PublicKeySet::from_record(set.to_public_record()).unwrap();
        for key in [set.previous().unwrap(), set.current(), set.next()] {
            assert!(public.key(key.kid()).is_some());
        }
        let jwks: serde_json::Value = serde_json::from_str(public.jwks()).unwrap();
        for key in jwks["keys"].as_array().unwrap() {
            let mut members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
            members.sort_unstable();
            assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
        }
    }
}
