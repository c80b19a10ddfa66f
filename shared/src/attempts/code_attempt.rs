//! Counting the codes that are tried.

use tokio::join;

use super::refusal::longer;
use super::{AttemptError, AttemptStore, CodeLimits, Counter, Limit, Refusal, SOURCE_COUNTER, source_digest};
use crate::clock::Timestamp;
use crate::domain::{KnownSources, Source, SourceDigest, StoreError};
use crate::keys::DigestKey;

/// Whatever the address: one counter for the deployment.
const EVERYBODY: &str = "all";

/// A code that is tried, from some source at some time, whether anything waits for one or not. It counts for the address that
/// the code was mailed to, and not for what waits for it: a person can let any number of things wait.
#[derive(Debug)]
pub struct CodeAttempt {
    pair: Option<Counter>,
    account: Option<Counter>,
    source: Option<Counter>,
    all: Option<Counter>,
    from: SourceDigest,
    at: Timestamp,
}

impl CodeAttempt {
    /// Digits, or the secret of a link, for the address with this digest, from this source. Nobody guesses the secret of a link,
    /// so guesses of others never stop it.
    #[must_use]
    pub fn new(
        limits: CodeLimits,
        digest_key: &DigestKey,
        email_digest: &str,
        source: Source,
        is_of_link: bool,
        at: Timestamp,
    ) -> Self {
        let from = source_digest(digest_key, source);
        let counter = |name, digest: &str, limit: Option<Limit>| Some(Counter::new(name, digest, limit?, at));
        let of_digits = |limit: Option<Limit>| limit.filter(|_limit| !is_of_link);
        Self {
            // Digests have no line break, so no two pairs are spelled the same.
            pair: counter("code-pair", &digest_key.digest(&format!("{email_digest}\n{source}")), limits.pair),
            account: counter("code-account", email_digest, of_digits(limits.account)),
            source: counter(SOURCE_COUNTER, from.as_str(), limits.source),
            all: counter("code-all", EVERYBODY, of_digits(limits.all)),
            from,
            at,
        }
    }

    /// The digest of the source.
    #[must_use]
    pub fn source_digest(&self) -> &SourceDigest {
        &self.from
    }

    /// Counts the attempt for its pair, and reads how many have failed from its source and everywhere. All of it can go on while
    /// what waits for the code is read, and [`admit`](Self::admit) takes it up.
    pub async fn count(&self, store: &dyn AttemptStore) -> Result<CodeCounts, StoreError> {
        let pair = async {
            match &self.pair {
                Some(counter) => store.add(counter).await.map(|count| counter.check_attempt(count, self.at)),
                None => Ok(Ok(())),
            }
        };
        let (pair, source, all) =
            join!(pair, self.room(self.source.as_ref(), store), self.room(self.all.as_ref(), store));
        Ok(CodeCounts { pair: pair?, source: source?, all: all? })
    }

    /// Refuses the attempt if those of its pair or the wrong ones of everybody are too many. From a source that the account does
    /// not know it also depends on others: on the failures from there, and on the attempts for the address.
    pub async fn admit(
        &self,
        counts: CodeCounts,
        known: &KnownSources,
        store: &dyn AttemptStore,
    ) -> Result<(), AttemptError> {
        let own = both(counts.pair, counts.all);
        if known.contains(&self.from) {
            return Ok(own?);
        }
        both(own, counts.source)?;
        if let Some(account) = &self.account {
            account.check_attempt(store.add(account).await?, self.at)?;
        }
        Ok(())
    }

    /// Counts that the code was wrong.
    pub async fn count_failure(&self, store: &dyn AttemptStore) -> Result<(), AttemptError> {
        for counter in [&self.source, &self.all].into_iter().flatten() {
            store.add(counter).await?;
        }
        Ok(())
    }

    /// Takes an admitted attempt back because something else in the request was wrong, and no code was looked at. It counts as a
    /// failure of its source, so that it is not free.
    pub async fn withdraw(&self, known: &KnownSources, store: &dyn AttemptStore) -> Result<(), StoreError> {
        // What was not counted must not be taken back: it would be a guess of somebody else.
        let account = self.account.as_ref().filter(|_counter| !known.contains(&self.from));
        for counter in self.pair.iter().chain(account) {
            store.take_back(counter).await?;
        }
        match &self.source {
            Some(source) => store.add(source).await.map(drop),
            None => Ok(()),
        }
    }

    async fn room(
        &self,
        counter: Option<&Counter>,
        store: &dyn AttemptStore,
    ) -> Result<Result<(), Refusal>, StoreError> {
        match counter {
            Some(counter) => store.count(counter).await.map(|count| counter.check_room(count, self.at)),
            None => Ok(Ok(())),
        }
    }
}

/// What the counts that do not depend on the account say about an attempt.
#[derive(Clone, Copy, Debug)]
pub struct CodeCounts {
    pair: Result<(), Refusal>,
    source: Result<(), Refusal>,
    all: Result<(), Refusal>,
}

impl CodeCounts {
    /// The metric of an attempt that [`stops_digits`](Self::stops_digits).
    pub const STOPPED: &str = "codes_stopped";

    /// Whether so many digits of everybody were wrong that none are looked at now.
    #[must_use]
    pub const fn stops_digits(&self) -> bool {
        self.all.is_err()
    }
}

/// Of two refusals the one with the longer wait: both have to be waited for.
fn both(one: Result<(), Refusal>, other: Result<(), Refusal>) -> Result<(), Refusal> {
    match (one, other) {
        (Err(one), Err(other)) => Err(longer(one, other)),
        (one, other) => one.and(other),
    }
}
