//! What mail needs of a store.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{Intent, IntentId, Pending, PendingId, Seed};
use crate::clock::Timestamp;
use crate::domain::{EmailAddress, StoreError};

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

/// Intents, on the side of the function that sends.
#[async_trait]
pub trait IntentStore: Debug + Send + Sync {
    /// The intent with this id, or `None` once it is done.
    async fn intent(&self, id: &IntentId) -> Result<Option<Intent>, StoreError>;

    /// Removes an intent that is done.
    async fn remove(&self, id: &IntentId) -> Result<(), StoreError>;
}

/// What codes are made of, on the side of the function that sends them.
#[async_trait]
pub trait SeedStore: PendingStore {
    /// Gives what waits under this id for a proof of this address this seed, unless it has one, and returns it as it then is.
    /// `None` if nothing waits that is still good.
    async fn with_seed(
        &self,
        id: &PendingId,
        email: &EmailAddress,
        seed: &Seed,
        now: Timestamp,
    ) -> Result<Option<Pending>, StoreError>;

    /// Puts `new` in the place of `seen`, and returns `false` if something else is there by now.
    async fn replace(&self, id: &PendingId, new: &Pending, seen: Option<&Pending>) -> Result<bool, StoreError>;
}

/// Which addresses have an account.
#[async_trait]
pub trait AddressStore: Debug + Send + Sync {
    /// Whether this address has an account. Nothing else is read.
    async fn is_taken(&self, email: &EmailAddress) -> Result<bool, StoreError>;
}
