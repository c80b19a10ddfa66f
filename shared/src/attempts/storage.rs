//! What the counters need of a store.

use std::fmt::Debug;

use async_trait::async_trait;

use super::Counter;
use crate::domain::StoreError;

/// Where attempts are counted.
#[async_trait]
pub trait AttemptStore: Debug + Send + Sync {
    /// Adds one to a counter, which begins at 0, and returns what it then stands at. Of any number of racing calls each
    /// gets a number of its own.
    async fn add(&self, counter: &Counter) -> Result<u64, StoreError>;

    /// Adds one to a counter that stands below its limit. `false` if it does not, and then nothing is written. Of any number
    /// of racing calls no more succeed than the limit allows.
    async fn add_below_limit(&self, counter: &Counter) -> Result<bool, StoreError>;

    /// Takes one back that was added.
    async fn take_back(&self, counter: &Counter) -> Result<(), StoreError>;

    /// What a counter stands at.
    async fn count(&self, counter: &Counter) -> Result<u64, StoreError>;
}
