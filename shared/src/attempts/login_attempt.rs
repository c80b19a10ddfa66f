//! Counting a log-in.

use tokio::join;

use super::refusal::longer;
use super::{AttemptError, AttemptStore, Counter, Limit, LoginLimits, Refusal, SOURCE_COUNTER, source_digest};
use crate::clock::Timestamp;
use crate::domain::{EmailAddress, KnownSources, Source, SourceDigest, StoreError};
use crate::keys::DigestKey;

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

    /// The digest of the source.
    #[must_use]
    pub fn source_digest(&self) -> &SourceDigest {
        &self.from
    }

    /// Counts the attempt for its pair, and reads how many have failed from its source. Both can go on while the credential
    /// is read, and [`admit`](Self::admit) takes them up.
    pub async fn count(&self, store: &dyn AttemptStore) -> Result<LoginCounts, StoreError> {
        let pair = async {
            match &self.pair {
                Some(counter) => store.add(counter).await.map(|count| counter.check_attempt(count, self.at)),
                None => Ok(Ok(())),
            }
        };
        let source = async {
            match &self.source {
                Some(counter) => store.count(counter).await.map(|count| counter.check_room(count, self.at)),
                None => Ok(Ok(())),
            }
        };
        let (pair, source) = join!(pair, source);
        Ok(LoginCounts { pair: pair?, source: source? })
    }

    /// Refuses the attempt if those of its pair are too many. From a source that the account does not know it also depends
    /// on others: it is refused if the failures from there are too many, and else counted for the account, which refuses
    /// it too.
    pub async fn admit(
        &self,
        counts: LoginCounts,
        known: &KnownSources,
        store: &dyn AttemptStore,
    ) -> Result<(), AttemptError> {
        if known.contains(&self.from) {
            return Ok(counts.pair?);
        }
        counts.of_both()?;
        if let Some(account) = &self.account {
            account.check_attempt(store.add(account).await?, self.at)?;
        }
        Ok(())
    }

    /// Counts the failure of an attempt for its source. The successes of many behind one source do not count against
    /// them.
    pub async fn count_failure(&self, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        if let Some(source) = &self.source {
            store.add(source).await?;
        }
        Ok(())
    }

    /// The account's sources after this attempt, which has succeeded. `None` if nothing changes that has to be kept, or if
    /// they serve nothing because no limit is on that asks for them.
    #[must_use]
    pub fn known_after(&self, known: &KnownSources) -> Option<KnownSources> {
        let serve_something = self.account.is_some() || self.source.is_some();
        if serve_something { known.after_use_of(&self.from) } else { None }
    }
}

/// What the counts that do not depend on the account say about an attempt.
#[derive(Clone, Copy, Debug)]
pub struct LoginCounts {
    pair: Result<(), Refusal>,
    source: Result<(), Refusal>,
}

impl LoginCounts {
    /// Of two refusals the one with the longer wait: both have to be waited for.
    fn of_both(self) -> Result<(), Refusal> {
        match (self.pair, self.source) {
            (Err(pair), Err(source)) => Err(longer(pair, source)),
            (pair, source) => pair.and(source),
        }
    }
}
