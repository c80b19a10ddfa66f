//! Counting a log-in.

use tokio::join;

use super::{AttemptError, AttemptStore, Counter, Limit, LoginLimits, Refusal, source_digest};
use crate::clock::Timestamp;
use crate::domain::{EmailAddress, KnownSources, Source, SourceDigest};
use crate::keys::DigestKey;

/// The name of the counter of a source. Version 0.1 wrote it, and counters must not begin anew at an update.
const SOURCE_COUNTER: &str = "address";

/// A log-in to some account from some source at some time, whether the account exists or not.
#[derive(Debug)]
pub struct LoginAttempt {
    pair: Option<Counter>,
    account: Option<Counter>,
    source: Option<Counter>,
    email_digest: String,
    from: SourceDigest,
    at: Timestamp,
}

impl LoginAttempt {
    /// A log-in with this email address from this source.
    #[must_use]
    pub fn new(
        limits: LoginLimits,
        digest_key: &DigestKey,
        email: &EmailAddress,
        source: Source,
        at: Timestamp,
    ) -> Self {
        let email = email.canonical();
        let email_digest = digest_key.digest(email);
        let from = source_digest(digest_key, source);
        let counter = |name, digest: &str, limit: Option<Limit>| Some(Counter::new(name, digest, limit?, at));
        Self {
            // No email address holds a line break, so no two pairs are spelled the same.
            pair: counter("pair", &digest_key.digest(&format!("{email}\n{source}")), limits.pair),
            account: counter("account", &email_digest, limits.account),
            source: counter(SOURCE_COUNTER, from.as_str(), limits.source),
            email_digest,
            from,
            at,
        }
    }

    /// The digest of the email address.
    #[must_use]
    pub fn email_digest(&self) -> &str {
        &self.email_digest
    }

    /// Counts the attempt for its pair, and refuses it if that or the failures from its source are too many. What is
    /// refused here is not counted for the account.
    pub async fn admit(&self, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        let (pair, source) = join!(self.add(self.pair.as_ref(), store), self.failures(store));
        match (pair, source) {
            // Both have to be waited for.
            (Err(AttemptError::Refused(pair)), Err(AttemptError::Refused(source))) => Err(longer(pair, source).into()),
            (pair, source) => pair.and(source),
        }
    }

    /// Counts the attempt for its account, unless it comes from a source that the account knows: the owner there depends
    /// on nobody's attempts from elsewhere.
    pub async fn admit_to_account(&self, known: &KnownSources, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        if known.contains(&self.from) { Ok(()) } else { self.add(self.account.as_ref(), store).await }
    }

    /// Counts the failure of an attempt for its source. The successes of many behind one source do not count against
    /// them.
    pub async fn count_failure(&self, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        if let Some(source) = &self.source {
            store.add(source).await?;
        }
        Ok(())
    }

    /// The account's sources with that of this attempt, which has succeeded; or `None` if it is among them, or if they
    /// serve nothing because the account's attempts are not counted.
    #[must_use]
    pub fn newly_known(&self, known: &KnownSources) -> Option<KnownSources> {
        let is_new = self.account.is_some() && !known.contains(&self.from);
        is_new.then(|| known.with(self.from.clone()))
    }

    async fn add(&self, counter: Option<&Counter>, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        if let Some(counter) = counter {
            counter.check_attempt(store.add(counter).await?, self.at)?;
        }
        Ok(())
    }

    async fn failures(&self, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        if let Some(source) = &self.source {
            source.check_room(store.count(source).await?, self.at)?;
        }
        Ok(())
    }
}

fn longer(one: Refusal, other: Refusal) -> Refusal {
    if one.retry_after_seconds >= other.retry_after_seconds { one } else { other }
}
