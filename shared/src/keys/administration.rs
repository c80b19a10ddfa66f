//! Changing the set by hand.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::{
    DigestKey, KeyError, KeyGenerator, KeyRepairStore, KeysError, RefreshKey, RefreshKeyWrite, SigningKeySet,
    StoredVersions,
};
use crate::clock::Timestamp;
use crate::domain::StoreError;

/// How long it may take until a new key is known to every verifier: API Gateway's authorizers keep keys for up to two
/// hours, and read them from a function and through caches that keep them for five minutes each.
const KNOWN_TO_ALL: Duration = Duration::from_mins(2 * 60 + 10);

/// For how long a token may still be issued under a key that no longer signs: a signer uses a set in memory for five
/// minutes. The rest is for clocks that differ.
const LAST_USES: Duration = Duration::from_mins(10);

/// How often a revocation that others overtake starts again.
const REVOCATION_TRIES: u32 = 5;

/// Why the set was not changed.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// There is no set to change.
    #[error("there are no signing keys yet: the first sign-up or log-in makes them")]
    NoSet,
    /// By this clock the set is from the future.
    #[error("by this clock the current key is not in use yet: set the clock right, or use `keys revoke`")]
    ClockBehind,
    /// API Gateway's authorizers may not know the next key yet.
    #[error(
        "the next key has been public for {public_for} only, and until it has been for {} API Gateway's authorizers \
         may not know it: try again in {wait}",
        Span::of(KNOWN_TO_ALL)
    )]
    NextTooYoung {
        /// For how long it has been public.
        public_for: Span,
        /// How much longer it has to be.
        wait: Span,
    },
    /// Tokens that the previous key signed may still be valid.
    #[error(
        "the current key has served for {served} only, and until it has for {needed} tokens that the previous one \
         signed may be valid: try again in {wait}, or use `keys revoke` to end them"
    )]
    CurrentTooYoung {
        /// For how long it has served.
        served: Span,
        /// For how long it has to.
        needed: Span,
        /// How much longer it has to.
        wait: Span,
    },
    /// Somebody else wrote first.
    #[error("the signing keys were changed by somebody else at the same time: nothing was done")]
    Overtaken,
    /// There is nothing to repair.
    #[error("the signing keys are whole (version {version}): there is nothing to repair")]
    Whole {
        /// The set's version.
        version: u64,
    },
    /// The set cannot be read or written.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

impl From<StoreError> for ChangeError {
    fn from(error: StoreError) -> Self {
        Self::Keys(error.into())
    }
}

impl From<KeyError> for ChangeError {
    fn from(error: KeyError) -> Self {
        Self::Keys(error.into())
    }
}

/// What a change left.
#[derive(Debug)]
pub struct KeyChange {
    /// The set as it is now.
    pub set: SigningKeySet,
    /// The names of the keys that are gone from it.
    pub dropped: Vec<String>,
    /// Whether API Gateway's authorizers may not know the current key yet, and so refuse good tokens until they read
    /// the keys again.
    pub current_may_be_unknown: bool,
}

/// Changes the set as an operator asks for it. Every write is conditional on what was read.
#[derive(Debug)]
pub struct KeyAdministration {
    store: Arc<dyn KeyRepairStore>,
    generator: KeyGenerator,
}

impl KeyAdministration {
    /// Over this store.
    #[must_use]
    pub fn new(store: Arc<dyn KeyRepairStore>) -> Self {
        Self::with_generator(store, KeyGenerator::rsa())
    }

    /// Over this store, with new keys from `generator`.
    #[must_use]
    pub fn with_generator(store: Arc<dyn KeyRepairStore>, generator: KeyGenerator) -> Self {
        Self { store, generator }
    }

    /// Shifts the keys before their time, so that nobody notices: it is refused where a token that is valid for
    /// `token_lifetime` could be refused by anybody.
    pub async fn rotate(&self, token_lifetime: Duration, now: Timestamp) -> Result<KeyChange, ChangeError> {
        let set = self.read().await?;
        check_age(&set, token_lifetime, now)?;
        let rotated = set.rotated(self.generator.key().await?, now);
        if !self.put(StoredVersions::of_set(set.version()), &rotated, RefreshKeyWrite::Kept).await? {
            return Err(ChangeError::Overtaken);
        }
        let dropped = set.previous().iter().map(|key| key.kid().to_owned()).collect();
        Ok(KeyChange { set: rotated, dropped, current_may_be_unknown: false })
    }

    /// Drops every key that has signed so far, and ends every session with the refresh key, whatever that costs.
    pub async fn revoke(&self, now: Timestamp) -> Result<KeyChange, ChangeError> {
        for _ in 0..REVOCATION_TRIES {
            let set = self.read().await?;
            let revoked = set.revoked(self.generator.key().await?, RefreshKey::generate()?, now);
            if self.put(StoredVersions::of_set(set.version()), &revoked, RefreshKeyWrite::Renewed).await? {
                let dropped = set.previous().into_iter().chain([set.current()]).map(|key| key.kid().to_owned());
                let known = set.age_millis(now).is_some_and(|age| Duration::from_millis(age) >= KNOWN_TO_ALL);
                return Ok(KeyChange { set: revoked, dropped: dropped.collect(), current_may_be_unknown: !known });
            }
        }
        Err(ChangeError::Overtaken)
    }

    async fn read(&self) -> Result<SigningKeySet, ChangeError> {
        let record = self.store.signing_keys().await?.ok_or(ChangeError::NoSet)?;
        Ok(SigningKeySet::from_record(record)?)
    }

    async fn put(
        &self,
        stored: StoredVersions,
        set: &SigningKeySet,
        refresh_key: RefreshKeyWrite,
    ) -> Result<bool, ChangeError> {
        Ok(self.store.replace_keys(stored, &set.to_record(), &set.to_public_record(), refresh_key).await?)
    }

    /// Makes a new set in the place of half a one, or of one that cannot be read. What is left of the old one is not
    /// trusted with more than the digest key: a half that came back out of a backup may hold keys that were revoked.
    pub async fn repair(&self, now: Timestamp) -> Result<KeyChange, ChangeError> {
        match self.read().await {
            Ok(set) => return Err(ChangeError::Whole { version: set.version() }),
            Err(ChangeError::Keys(KeysError::Store(StoreError::Corrupt(_)) | KeysError::Key(_))) => {}
            Err(error) => return Err(error),
        }
        let halves = self.store.halves().await?;
        let StoredVersions { private, public } = halves.versions;
        let version = private.max(public).unwrap_or_default().saturating_add(1);
        let digest_key = halves.digest_key.map_or_else(DigestKey::generate, |key| Ok(DigestKey::from_bytes(key)))?;
        let keys = [self.generator.key().await?, self.generator.key().await?];
        let set = SigningKeySet::fresh(version, keys, digest_key, RefreshKey::generate()?, now);
        if !self.put(halves.versions, &set, RefreshKeyWrite::Renewed).await? {
            return Err(ChangeError::Overtaken);
        }
        Ok(KeyChange { set, dropped: Vec::new(), current_may_be_unknown: true })
    }
}

/// Whether the set is old enough for a rotation that nobody notices.
fn check_age(set: &SigningKeySet, token_lifetime: Duration, now: Timestamp) -> Result<(), ChangeError> {
    let age = Duration::from_millis(set.age_millis(now).ok_or(ChangeError::ClockBehind)?);
    if let Some(wait) = KNOWN_TO_ALL.checked_sub(age).filter(|wait| !wait.is_zero()) {
        return Err(ChangeError::NextTooYoung { public_for: Span::of(age), wait: Span::to_wait(wait) });
    }
    let needed = token_lifetime.saturating_add(LAST_USES);
    if let Some(wait) = needed.checked_sub(age).filter(|wait| !wait.is_zero()) {
        return Err(ChangeError::CurrentTooYoung {
            served: Span::of(age),
            needed: Span::of(needed),
            wait: Span::to_wait(wait),
        });
    }
    Ok(())
}

/// A span of time to be read by a person.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    minutes: u64,
}

impl Span {
    /// To the whole minute below.
    fn of(duration: Duration) -> Self {
        Self { minutes: duration.as_secs() / 60 }
    }

    /// To the whole minute above, for who has to wait.
    fn to_wait(duration: Duration) -> Self {
        Self { minutes: duration.as_secs().saturating_add(59) / 60 }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.minutes / 60, self.minutes % 60) {
            (0, minutes) => write!(f, "{minutes} min"),
            (hours, 0) => write!(f, "{hours} h"),
            (hours, minutes) => write!(f, "{hours} h {minutes} min"),
        }
    }
}
