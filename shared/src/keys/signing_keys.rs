//! The private set, held in memory by a signer.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::held::Held;
use super::{DigestKey, KeyError, KeysError, SigningKeySet, SigningKeyStore};
use crate::clock::Timestamp;
use crate::error_chain::with_causes;

/// Reads the private set when it is needed and makes it when there is none.
#[derive(Debug)]
pub struct SigningKeys<S> {
    store: S,
    held: Held<SigningKeySet>,
    reading: Mutex<()>,
}

impl<S: SigningKeyStore> SigningKeys<S> {
    /// Nothing is read yet.
    pub fn new(store: S) -> Self {
        Self { store, held: Held::nothing(), reading: Mutex::new(()) }
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
        let set = match self.read().await? {
            Some(set) => set,
            None => self.create(now).await?,
        };
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
        let set =
            spawn_blocking(move || SigningKeySet::generate(now)).await.map_err(|_lost| KeyError::Rsa("made"))??;
        if self.store.create_keys(&set.to_record(), &set.to_public_record()).await? {
            return Ok(set);
        }
        self.read().await?.ok_or(KeysError::Gone)
    }
}
