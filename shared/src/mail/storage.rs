//! What mail needs of a store, on the side of the functions that ask for it.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{Intent, Pending, PendingId};
use crate::domain::StoreError;

/// Where intents wait to be sent.
#[async_trait]
pub trait OutboxStore: Debug + Send + Sync {
    /// Adds an intent that is about nothing else that is written.
    async fn add(&self, intent: &Intent) -> Result<(), StoreError>;
}

/// What waits for codes.
#[async_trait]
pub trait PendingStore: Debug + Send + Sync {
    /// What waits under this id, or `None` if nothing does.
    async fn pending(&self, id: &PendingId) -> Result<Option<Pending>, StoreError>;
}
