//! Counting the mails that are asked for.

use super::{AttemptError, AttemptStore, Counter, Limit, MailLimits};
use crate::clock::Timestamp;
use crate::domain::SourceDigest;

/// A request for a mail to some address from some source, whether the address has an account or not.
#[derive(Debug)]
pub struct MailAttempt {
    address: Option<Counter>,
    resets: Option<Counter>,
    source: Option<Counter>,
    at: Timestamp,
}

impl MailAttempt {
    /// A request for a mail to the address with this digest, from this source.
    #[must_use]
    pub fn new(limits: MailLimits, email_digest: &str, source: &SourceDigest, at: Timestamp) -> Self {
        let counter = |name, digest: &str, limit: Option<Limit>| Some(Counter::new(name, digest, limit?, at));
        Self {
            address: counter("mail", email_digest, limits.address),
            resets: counter("mail-reset", email_digest, limits.resets),
            source: counter("mail-source", source.as_str(), limits.source),
            at,
        }
    }

    /// Counts a mail, unless there were too many from the source or to the address.
    pub async fn admit(&self, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        self.add(self.source.as_ref(), store).await?;
        self.add(self.address.as_ref(), store).await
    }

    /// Counts a mail for a reset, unless there were too many from the source. `false` if the address has had one already, so
    /// that nothing is to be sent: mails of other kinds, which others can ask for, do not use up those for a reset.
    pub async fn admit_reset(&self, store: &dyn AttemptStore) -> Result<bool, AttemptError> {
        self.add(self.source.as_ref(), store).await?;
        match self.add(self.resets.as_ref(), store).await {
            Ok(()) => Ok(true),
            Err(AttemptError::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn add(&self, counter: Option<&Counter>, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        match counter {
            Some(counter) if !store.add_below_limit(counter).await? => Err(counter.refusal(self.at).into()),
            _ => Ok(()),
        }
    }
}
