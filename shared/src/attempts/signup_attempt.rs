//! Counting a sign-up.

use super::{AttemptError, AttemptStore, Counter, Limit};
use crate::clock::Timestamp;
use crate::domain::AddressDigest;

/// A sign-up from some address at some time. Without a limit nothing is counted.
#[derive(Debug)]
pub struct SignupAttempt {
    counter: Option<Counter>,
    at: Timestamp,
}

impl SignupAttempt {
    /// A sign-up from this address.
    #[must_use]
    pub fn new(limit: Option<Limit>, address: &AddressDigest, at: Timestamp) -> Self {
        Self { counter: limit.map(|limit| Counter::new("signup", address.as_str(), limit, at)), at }
    }

    /// Counts it, whatever becomes of it.
    pub async fn admit(&self, store: &impl AttemptStore) -> Result<(), AttemptError> {
        if let Some(counter) = &self.counter {
            counter.check_attempt(store.add(counter).await?, self.at)?;
        }
        Ok(())
    }
}
