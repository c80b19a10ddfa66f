//! The public set, held in memory by a verifier.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::cool_down::CoolDown;
use super::held::Held;
use super::{KeysError, PublicKeySet, PublicKeyStore};
use crate::clock::Timestamp;
use crate::error_chain::with_causes;

/// Reads the public set when it is needed. That there is none is never remembered.
#[derive(Debug)]
pub struct VerificationKeys {
    store: Arc<dyn PublicKeyStore>,
    held: Held<PublicKeySet>,
    reading_for_unknown_key: Mutex<()>,
    unknown_key: CoolDown,
}

impl VerificationKeys {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(store: Arc<dyn PublicKeyStore>) -> Self {
        let reading_for_unknown_key = Mutex::new(());
        Self { store, held: Held::nothing(), reading_for_unknown_key, unknown_key: CoolDown::default() }
    }

    /// A set at most [`MAX_AGE_MILLIS`](super::MAX_AGE_MILLIS) old, or `None` where no signer has made one yet.
    pub async fn at(&self, now: Timestamp) -> Result<Option<Arc<PublicKeySet>>, KeysError> {
        match self.held.fresh(now) {
            Some(set) => Ok(Some(set)),
            None => self.read(now).await,
        }
    }

    /// The set in memory, where it is young enough to be trusted without reading it again.
    pub fn fresh(&self, now: Timestamp) -> Option<Arc<PublicKeySet>> {
        self.held.fresh(now)
    }

    /// The set in memory, however old. What it accepts has to be checked again under a fresh one.
    pub fn any(&self) -> Option<Arc<PublicKeySet>> {
        self.held.any()
    }

    /// Reads the set.
    pub async fn read(&self, now: Timestamp) -> Result<Option<Arc<PublicKeySet>>, KeysError> {
        let record = self.store.public_keys().await?;
        let set = record.map(PublicKeySet::from_record).transpose()?;
        Ok(set.map(|set| self.held.keep(set, now)))
    }

    /// Reads the set before the first request needs it, and opens the connection to the store on the way. What fails is
    /// logged; the first request tries again.
    pub async fn warm_up(&self, now: Timestamp) {
        if let Err(error) = self.read(now).await {
            tracing::warn!("the public keys are not at hand yet: {}", with_causes(&error));
        }
    }

    /// Reads the set because a token names a key that the one in memory lacks; or, where that was done in the last
    /// minute, does not and returns `None`.
    pub async fn read_for_unknown_key(&self, now: Timestamp) -> Result<Option<Arc<PublicKeySet>>, KeysError> {
        if !self.unknown_key.is_over(now) {
            return Ok(None);
        }
        let _one_at_a_time = self.reading_for_unknown_key.lock().await;
        if !self.unknown_key.is_over(now) {
            // Another request has just read it.
            return Ok(self.held.any());
        }
        let set = self.read(now).await?;
        self.unknown_key.begin(now);
        Ok(set)
    }
}
