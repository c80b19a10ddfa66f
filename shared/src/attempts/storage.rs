//! What the counters need of a store.

use std::future::Future;

use super::Counter;
use crate::domain::StoreError;

/// Where attempts are counted.
pub trait AttemptStore: Send + Sync {
    /// Adds one to a counter, which begins at 0, and returns what it then stands at. Of any number of racing calls each
    /// gets a number of its own.
    fn add(&self, counter: &Counter) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// What a counter stands at.
    fn count(&self, counter: &Counter) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
