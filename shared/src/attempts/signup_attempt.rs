//! Counting a sign-up.

use tokio::join;

use super::refusal::longer;
use super::{AttemptError, AttemptStore, Counter, Limit, SignupLimits};
use crate::clock::Timestamp;
use crate::domain::{SourceDigest, StoreError};
use crate::error_chain::with_causes;

/// A sign-up from some source at some time.
///
/// It takes a place among the new accounts of its source before any work is done, and gives it back if no account comes of
/// it. So whoever keeps trying addresses that are taken does not use up the places of their neighbours.
#[derive(Debug)]
pub struct SignupAttempt {
    accounts: Option<Counter>,
    failures: Option<Counter>,
    at: Timestamp,
}

impl SignupAttempt {
    /// A sign-up from this source.
    #[must_use]
    pub fn new(limits: SignupLimits, source: &SourceDigest, at: Timestamp) -> Self {
        let counter = |name, limit: Option<Limit>| Some(Counter::new(name, source.as_str(), limit?, at));
        Self { accounts: counter("signup", limits.accounts), failures: counter("signup-failure", limits.failures), at }
    }

    /// Takes a place, unless the new accounts or the failures of the source are too many. A refused attempt takes none.
    pub async fn admit(&self, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        match join!(self.take_place(store), self.check_failures(store)) {
            (Ok(()), Err(AttemptError::Refused(refusal))) => {
                self.give_place_back(store).await;
                Err(refusal.into())
            }
            // Both have to be waited for.
            (Err(AttemptError::Refused(accounts)), Err(AttemptError::Refused(failures))) => {
                Err(longer(accounts, failures).into())
            }
            (place, failures) => place.and(failures),
        }
    }

    /// Counts that no account came of it, and gives the place back.
    pub async fn fail(&self, store: &dyn AttemptStore) -> Result<(), StoreError> {
        if let Some(failures) = &self.failures {
            store.add(failures).await?;
            self.give_place_back(store).await;
        }
        Ok(())
    }

    /// Gives the place back because the account was there already, which is no failure.
    pub async fn withdraw(&self, store: &dyn AttemptStore) {
        self.give_place_back(store).await;
    }

    /// Refuses if the failures of the source are too many. It changes no count.
    pub async fn check_failures(&self, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        if let Some(failures) = &self.failures {
            failures.check_room(store.count(failures).await?, self.at)?;
        }
        Ok(())
    }

    async fn take_place(&self, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        match &self.accounts {
            Some(accounts) if !store.add_below_limit(accounts).await? => Err(accounts.refusal(self.at).into()),
            _ => Ok(()),
        }
    }

    /// A place that cannot be given back stays taken until the window ends.
    async fn give_place_back(&self, store: &dyn AttemptStore) {
        let Some(accounts) = &self.accounts else { return };
        if let Err(error) = store.take_back(accounts).await {
            tracing::warn!("a sign-up that made no account still counts as one: {}", with_causes(&error));
        }
    }
}
