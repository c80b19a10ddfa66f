//! Counting the mails that are sent.

use super::{AttemptStore, Counter, Limit, SendingLimits};
use crate::clock::Timestamp;
use crate::domain::StoreError;
use crate::error_chain::with_causes;

/// How many notices of new log-ins go to one address in a day.
const NEW_LOGINS: Option<Limit> = Limit::new(10, 24 * 60 * 60);

/// A mail that is about to be sent and of which there may be too many.
#[derive(Debug)]
pub struct Sending {
    counter: Option<Counter>,
}

impl Sending {
    /// A mail that counts for nothing.
    #[must_use]
    pub const fn uncounted() -> Self {
        Self { counter: None }
    }

    /// A mail to an address that nobody has proved. All such mails are counted together: a flood of sign-ups with addresses
    /// that do not exist would otherwise cost the deployment its right to send.
    #[must_use]
    pub fn unproved(limits: SendingLimits, at: Timestamp) -> Self {
        Self { counter: limits.unproved.map(|limit| Counter::new("mail-unproved", "all", limit, at)) }
    }

    /// A notice of a new log-in to the address with this digest.
    #[must_use]
    pub fn new_login(email_digest: &str, at: Timestamp) -> Self {
        Self { counter: NEW_LOGINS.map(|limit| Counter::new("mail-new-login", email_digest, limit, at)) }
    }

    /// Counts it. `false` if there were too many.
    pub async fn admit(&self, store: &dyn AttemptStore) -> Result<bool, StoreError> {
        match &self.counter {
            Some(counter) => store.add_below_limit(counter).await,
            None => Ok(true),
        }
    }

    /// Counts it no more: it was not sent, and is tried again. What cannot be taken back stays until the window ends.
    pub async fn withdraw(&self, store: &dyn AttemptStore) {
        let Some(counter) = &self.counter else { return };
        if let Err(error) = store.take_back(counter).await {
            tracing::warn!("a mail that was not sent still counts as one: {}", with_causes(&error));
        }
    }
}
