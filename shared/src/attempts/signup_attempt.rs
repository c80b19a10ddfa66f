//! Counting a sign-up.

use super::{AttemptError, AttemptStore, Counter, SignupLimit};
use crate::clock::Timestamp;
use crate::domain::SourceDigest;

/// A sign-up from some source at some time. Without a limit nothing is counted.
#[derive(Debug)]
pub struct SignupAttempt {
    counter: Option<Counter>,
    at: Timestamp,
}

impl SignupAttempt {
    /// A sign-up from this source.
    #[must_use]
    pub fn new(SignupLimit(limit): SignupLimit, source: &SourceDigest, at: Timestamp) -> Self {
        Self { counter: limit.map(|limit| Counter::new("signup", source.as_str(), limit, at)), at }
    }

    /// Counts it, whatever becomes of it.
    pub async fn admit(&self, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        if let Some(counter) = &self.counter {
            counter.check_attempt(store.add(counter).await?, self.at)?;
        }
        Ok(())
    }
}
