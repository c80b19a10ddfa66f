//! The code of a mail.

use std::sync::Arc;
use std::time::Duration;

use shared::clock::Timestamp;
use shared::domain::{EmailAddress, StoreError};
use shared::environment::{ConfigError, Environment};
use shared::keys::CodeKey;
use shared::mail::{Code, Pending, PendingId, Seed, SeedStore};
use thiserror::Error;

const SECONDS: &str = "CODE_SECONDS";
/// How long the code of a reset is good, in seconds. NIST SP 800-63B-4 4.2.1.2 allows at most 24 hours. A code that is good for
/// less than half an hour could hardly be sent twice, since the second mail replaces one that has less than 20 minutes left.
const MIN_SECONDS: u64 = 30 * 60;
const MAX_SECONDS: u64 = 24 * 60 * 60;
const DEFAULT_SECONDS: u64 = MIN_SECONDS;
/// How long the proof of an address is good.
const VERIFICATION: Duration = Duration::from_hours(24);
/// A code that has less left is replaced: mails may be late, and the code of the last one must always be good.
const LEAST_LEFT: Duration = Duration::from_mins(20);
/// How often a code is looked at that others keep replacing.
const TRIES: usize = 4;

/// The code of a mail and until when it is good.
#[derive(Debug)]
pub(crate) struct LiveCode {
    pub(crate) code: Code,
    pub(crate) good_until: Timestamp,
}

/// Why there is no code.
#[derive(Debug, Error)]
pub enum CodeError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system has no randomness to give.
    #[error("the system has no randomness to give")]
    NoRandomness,
    /// Others kept replacing it.
    #[error("the code was replaced again and again")]
    Replaced,
}

/// Makes codes, or finds them again: however often a mail is sent, it has the code that is good.
#[derive(Debug)]
pub(crate) struct Codes {
    store: Arc<dyn SeedStore>,
    reset: Duration,
}

impl Codes {
    /// `CODE_SECONDS`, from half an hour, the default, to a day.
    pub(crate) fn read(environment: &Environment, store: Arc<dyn SeedStore>) -> Result<Self, ConfigError> {
        let make = |seconds| Some(Duration::from_secs(seconds));
        let reset = environment.within(SECONDS, MIN_SECONDS..=MAX_SECONDS, DEFAULT_SECONDS, "seconds", make)?;
        Ok(Self { store, reset })
    }

    /// The code of what somebody else put there and that is still good, for a proof of this address.
    pub(crate) async fn of_asked(
        &self,
        key: &CodeKey,
        id: &PendingId,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<Option<LiveCode>, CodeError> {
        let seed = Seed::generate().ok_or(CodeError::NoRandomness)?;
        let pending = self.store.with_seed(id, email, &seed, now).await?;
        let live = pending.and_then(|pending| {
            let code = Code::new(key, id, pending.live_seed(now)?);
            Some(LiveCode { code, good_until: pending.good_until })
        });
        Ok(live)
    }

    /// The code of a reset.
    pub(crate) async fn of_reset(&self, key: &CodeKey, id: &PendingId, now: Timestamp) -> Result<LiveCode, CodeError> {
        self.kept_or_new(key, id, None, self.reset, now).await
    }

    /// The code that proves this address. It proves no other.
    pub(crate) async fn of_verification(
        &self,
        key: &CodeKey,
        id: &PendingId,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<LiveCode, CodeError> {
        self.kept_or_new(key, id, Some(email), VERIFICATION, now).await
    }

    async fn kept_or_new(
        &self,
        key: &CodeKey,
        id: &PendingId,
        email: Option<&EmailAddress>,
        lifetime: Duration,
        now: Timestamp,
    ) -> Result<LiveCode, CodeError> {
        for _ in 0..TRIES {
            let found = self.store.pending(id).await?;
            let kept = found
                .as_ref()
                .filter(|found| found.email.as_ref() == email && now.after(LEAST_LEFT) <= found.good_until);
            if let Some((seed, good_until)) = kept.and_then(|kept| Some((kept.live_seed(now)?, kept.good_until))) {
                return Ok(LiveCode { code: Code::new(key, id, seed), good_until });
            }
            let fresh = Seed::generate().ok_or(CodeError::NoRandomness)?;
            let code = Code::new(key, id, &fresh);
            // The store keeps whole seconds.
            let good_until = Timestamp::from_millis(now.after(lifetime).as_secs() * 1000);
            let new = Pending { seed: Some(fresh), good_until, email: email.cloned(), generation: None };
            if self.store.replace(id, &new, found.as_ref()).await? {
                return Ok(LiveCode { code, good_until });
            }
        }
        Err(CodeError::Replaced)
    }
}
