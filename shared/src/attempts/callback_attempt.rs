//! Counting the returns from providers.

use super::{AttemptError, AttemptStore, Counter, OAuthLimits};
use crate::clock::Timestamp;
use crate::domain::SourceDigest;

/// A return from a provider, which makes this service call that provider.
#[derive(Debug)]
pub struct CallbackAttempt {
    counter: Option<Counter>,
    at: Timestamp,
}

impl CallbackAttempt {
    /// A return from a provider to this source.
    #[must_use]
    pub fn new(limits: OAuthLimits, source: &SourceDigest, at: Timestamp) -> Self {
        let counter = limits.callbacks.map(|limit| Counter::new("oauth-source", source.as_str(), limit, at));
        Self { counter, at }
    }

    /// Counts it, unless there were too many.
    pub async fn admit(&self, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        match &self.counter {
            Some(counter) if !store.add_below_limit(counter).await? => Err(counter.refusal(self.at).into()),
            _ => Ok(()),
        }
    }
}
