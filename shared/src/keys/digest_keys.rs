//! The keys of functions that do not sign, held in memory.

use std::sync::Arc;

use super::held::Held;
use super::{DigestKeySet, DigestKeyStore, KeysError};
use crate::clock::Timestamp;
use crate::error_chain::with_causes;

/// Reads the digest keys when they are needed. That there are none is never remembered.
#[derive(Debug)]
pub struct DigestKeys {
    store: Arc<dyn DigestKeyStore>,
    held: Held<DigestKeySet>,
}

impl DigestKeys {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(store: Arc<dyn DigestKeyStore>) -> Self {
        Self { store, held: Held::nothing() }
    }

    /// Keys read at most [`MAX_AGE_MILLIS`](super::MAX_AGE_MILLIS) ago, or `None` if no signer has stored them yet.
    pub async fn at(&self, now: Timestamp) -> Result<Option<Arc<DigestKeySet>>, KeysError> {
        match self.held.fresh(now) {
            Some(set) => Ok(Some(set)),
            None => self.read(now).await,
        }
    }

    /// The keys in memory, however old.
    pub fn any(&self) -> Option<Arc<DigestKeySet>> {
        self.held.any()
    }

    /// Reads the keys before the first request needs them. What fails is logged; the first request tries again.
    pub async fn warm_up(&self, now: Timestamp) {
        if let Err(error) = self.read(now).await {
            tracing::warn!("the digest keys are not at hand yet: {}", with_causes(&error));
        }
    }

    async fn read(&self, now: Timestamp) -> Result<Option<Arc<DigestKeySet>>, KeysError> {
        let record = self.store.digest_keys().await?;
        Ok(record.map(|record| self.held.keep(DigestKeySet::from_record(record), now)))
    }
}
