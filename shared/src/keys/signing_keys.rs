//! The private set, held in memory by a signer.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::cool_down::CoolDown;
use super::held::Held;
use super::{
    CodeKey, DigestKey, KeyGenerator, KeysError, RefreshKey, RefreshKeyWrite, RotationPeriod, SigningKeySet,
    SigningKeyStore, StoredVersions,
};
use crate::clock::Timestamp;
use crate::error_chain::with_causes;

/// Reads the private set when it is needed, makes it when there is none, and rotates it when it is due.
#[derive(Debug)]
pub struct SigningKeys {
    store: Arc<dyn SigningKeyStore>,
    generator: KeyGenerator,
    rotation: RotationPeriod,
    held: Held<SigningKeySet>,
    reading: Mutex<()>,
    unknown_tag: CoolDown,
}

impl SigningKeys {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(store: Arc<dyn SigningKeyStore>, rotation: RotationPeriod) -> Self {
        Self::with_generator(store, rotation, KeyGenerator::rsa())
    }

    /// Nothing is read yet, and new keys come from `generator`.
    pub fn with_generator(store: Arc<dyn SigningKeyStore>, rotation: RotationPeriod, generator: KeyGenerator) -> Self {
        Self {
            store,
            generator,
            rotation,
            held: Held::nothing(),
            reading: Mutex::new(()),
            unknown_tag: CoolDown::default(),
        }
    }

    /// A set at most [`MAX_AGE_MILLIS`](super::MAX_AGE_MILLIS) old. Requests that need it at the same time wait for
    /// one read.
    pub async fn at(&self, now: Timestamp) -> Result<Arc<SigningKeySet>, KeysError> {
        if let Some(set) = self.held.fresh(now) {
            return Ok(set);
        }
        let _one_at_a_time = self.reading.lock().await;
        if let Some(set) = self.held.fresh(now) {
            return Ok(set);
        }
        self.read_or_make(now).await
    }

    /// Like [`at`](Self::at), with a refresh key in the set. A deployment from before there were refresh tokens gets its
    /// key here.
    pub async fn with_refresh_key(&self, now: Timestamp) -> Result<Arc<SigningKeySet>, KeysError> {
        let set = self.at(now).await?;
        if set.refresh_key().is_some() {
            return Ok(set);
        }
        let _one_at_a_time = self.reading.lock().await;
        self.store.add_refresh_key(RefreshKey::generate()?.as_bytes()).await?;
        self.read_or_make(now).await
    }

    /// Reads the set because the refresh key in memory did not make a token's tag; or, where that was done in the last
    /// minute, does not and returns `None`.
    pub async fn read_for_unknown_tag(&self, now: Timestamp) -> Result<Option<Arc<SigningKeySet>>, KeysError> {
        if !self.unknown_tag.is_over(now) {
            return Ok(None);
        }
        let _one_at_a_time = self.reading.lock().await;
        if !self.unknown_tag.is_over(now) {
            // Another request has just read it.
            return Ok(self.held.any());
        }
        let set = self.read_or_make(now).await?;
        self.unknown_tag.begin(now);
        Ok(Some(set))
    }

    async fn read_or_make(&self, now: Timestamp) -> Result<Arc<SigningKeySet>, KeysError> {
        let set = match self.read().await? {
            Some(set) if set.is_due(self.rotation, now) => self.rotated_if_possible(set, now).await,
            Some(set) => set,
            None => self.create(now).await?,
        };
        let set = if set.code_key().is_none() { self.with_digest_keys_if_possible(set).await } else { set };
        Ok(self.held.keep(set, now))
    }

    /// The digest key. It is the same in every set, so the one in memory will do, however old: a request can count
    /// its attempt beside reading a fresh set.
    pub async fn digest_key(&self, now: Timestamp) -> Result<DigestKey, KeysError> {
        let set = match self.held.any() {
            Some(set) => set,
            None => self.at(now).await?,
        };
        Ok(set.digest_key().clone())
    }

    /// The digest key, if a set is in memory.
    #[must_use]
    pub fn digest_key_in_memory(&self) -> Option<DigestKey> {
        self.held.any().map(|set| set.digest_key().clone())
    }

    /// Reads the set, or makes it, before the first request needs it, and opens the connection to the store on the
    /// way. What fails is logged; the first request tries again.
    pub async fn warm_up(&self, now: Timestamp) {
        if let Err(error) = self.at(now).await {
            tracing::warn!("the signing keys are not at hand yet: {}", with_causes(&error));
        }
    }

    async fn read(&self) -> Result<Option<SigningKeySet>, KeysError> {
        let record = self.store.signing_keys().await?;
        Ok(record.map(SigningKeySet::from_record).transpose()?)
    }

    /// Makes the set. Whoever loses the race against another signer uses the winner's.
    async fn create(&self, now: Timestamp) -> Result<SigningKeySet, KeysError> {
        let keys = [self.generator.key().await?, self.generator.key().await?];
        let digest_key = match self.store.digest_keys().await? {
            Some(kept) => DigestKey::from_bytes(kept.digest_key),
            None => DigestKey::generate()?,
        };
        let set = SigningKeySet::fresh(1, keys, digest_key, RefreshKey::generate()?, now);
        self.replace(StoredVersions::NONE, set, RefreshKeyWrite::Renewed).await
    }

    /// The set with the digest keys stored beside it: a new deployment has none, and neither has one of before there were
    /// any. Nobody is kept out if that fails: it is tried again at the next read.
    async fn with_digest_keys_if_possible(&self, set: SigningKeySet) -> SigningKeySet {
        match self.add_digest_keys(&set).await {
            Ok(complete) => complete,
            Err(error) => {
                tracing::error!("the digest keys were not stored: {}", with_causes(&error));
                set
            }
        }
    }

    /// Stores the digest keys. Whoever loses the race against another signer uses the winner's.
    async fn add_digest_keys(&self, set: &SigningKeySet) -> Result<SigningKeySet, KeysError> {
        let keys = set.digest_keys(CodeKey::generate()?);
        self.store.add_digest_keys(&keys.to_record()).await?;
        self.read().await?.ok_or(KeysError::Gone)
    }

    /// The set after its rotation. On failure, keep the old set and retry at the next read.
    async fn rotated_if_possible(&self, set: SigningKeySet, now: Timestamp) -> SigningKeySet {
        match self.rotate(&set, now).await {
            Ok(rotated) => rotated,
            Err(error) => {
                tracing::error!("the signing keys are due and were not rotated: {}", with_causes(&error));
                set
            }
        }
    }

    /// Rotates the set. Whoever loses the race against another signer uses the winner's.
    async fn rotate(&self, set: &SigningKeySet, now: Timestamp) -> Result<SigningKeySet, KeysError> {
        let rotated = set.rotated(self.generator.key().await?, now);
        self.replace(StoredVersions::of_set(set.version()), rotated, RefreshKeyWrite::Kept).await
    }

    /// Stores the set in the place of the one that is `stored`, or reads what another signer has put there.
    async fn replace(
        &self,
        stored: StoredVersions,
        set: SigningKeySet,
        refresh_key: RefreshKeyWrite,
    ) -> Result<SigningKeySet, KeysError> {
        if self.store.replace_keys(stored, &set.to_record(), &set.to_public_record(), refresh_key).await? {
            tracing::info!(version = set.version(), kid = set.current().kid(), "the signing keys changed");
            return Ok(set);
        }
        self.read().await?.ok_or(KeysError::Gone)
    }
}
