//! Counting a log-in.

use tokio::join;

use super::{AttemptError, AttemptStore, Counter, Limit, Refusal, address_digest};
use crate::clock::Timestamp;
use crate::domain::{AddressDigest, EmailAddress, KnownAddresses, SourceAddress};
use crate::keys::DigestKey;

/// The limits of log-in. One that is `None` is off: nothing is counted for it.
#[derive(Clone, Copy, Debug)]
pub struct LoginLimits {
    /// Of attempts on one account from one address.
    pub pair: Option<Limit>,
    /// Of attempts on one account from addresses that it does not know.
    pub account: Option<Limit>,
    /// Of failures from one address, whatever the accounts.
    pub address: Option<Limit>,
}

/// A log-in to some account from some address at some time, whether the account exists or not.
#[derive(Debug)]
pub struct LoginAttempt {
    pair: Option<Counter>,
    account: Option<Counter>,
    address: Option<Counter>,
    email_digest: String,
    from: AddressDigest,
    at: Timestamp,
}

impl LoginAttempt {
    /// A log-in with this email address from this source.
    #[must_use]
    pub fn new(
        limits: LoginLimits,
        digest_key: &DigestKey,
        email: &EmailAddress,
        source: SourceAddress,
        at: Timestamp,
    ) -> Self {
        let email = email.canonical();
        let email_digest = digest_key.digest(email);
        let from = address_digest(digest_key, source);
        let counter = |name, digest: &str, limit: Option<Limit>| Some(Counter::new(name, digest, limit?, at));
        Self {
            // No email address holds a line break, so no two pairs are spelled the same.
            pair: counter("pair", &digest_key.digest(&format!("{email}\n{source}")), limits.pair),
            account: counter("account", &email_digest, limits.account),
            address: counter("address", from.as_str(), limits.address),
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

    /// Counts the attempt for its pair, and refuses it where that or the failures from its address are too many. What
    /// is refused here is not counted for the account.
    pub async fn admit(&self, store: &impl AttemptStore) -> Result<(), AttemptError> {
        let (pair, address) = join!(self.add(self.pair.as_ref(), store), self.failures(store));
        match (pair, address) {
            // Both have to be waited for.
            (Err(AttemptError::Refused(pair)), Err(AttemptError::Refused(address))) => {
                Err(longer(pair, address).into())
            }
            (pair, address) => pair.and(address),
        }
    }

    /// Counts the attempt for its account, unless it comes from an address that the account knows: the owner there
    /// depends on nobody's attempts from elsewhere.
    pub async fn admit_to_account(
        &self,
        known: &KnownAddresses,
        store: &impl AttemptStore,
    ) -> Result<(), AttemptError> {
        if known.contains(&self.from) { Ok(()) } else { self.add(self.account.as_ref(), store).await }
    }

    /// Counts the failure of an attempt for its address. The successes of many behind one address do not count
    /// against them.
    pub async fn count_failure(&self, store: &impl AttemptStore) -> Result<(), AttemptError> {
        if let Some(address) = &self.address {
            store.add(address).await?;
        }
        Ok(())
    }

    /// The account's addresses with that of this attempt, which has succeeded; or `None` where it is among them, or
    /// where they are good for nothing.
    #[must_use]
    pub fn newly_known(&self, known: &KnownAddresses) -> Option<KnownAddresses> {
        let is_new = self.account.is_some() && !known.contains(&self.from);
        is_new.then(|| known.with(self.from.clone()))
    }

    async fn add(&self, counter: Option<&Counter>, store: &impl AttemptStore) -> Result<(), AttemptError> {
        if let Some(counter) = counter {
            counter.check_attempt(store.add(counter).await?, self.at)?;
        }
        Ok(())
    }

    async fn failures(&self, store: &impl AttemptStore) -> Result<(), AttemptError> {
        if let Some(address) = &self.address {
            address.check_room(store.count(address).await?, self.at)?;
        }
        Ok(())
    }
}

fn longer(one: Refusal, other: Refusal) -> Refusal {
    if one.retry_after_seconds >= other.retry_after_seconds { one } else { other }
}
