//! What is kept of a provider between requests: its document and its keys.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use shared::clock::Timestamp;

/// For how long something is kept, in milliseconds: an hour.
const MAX_AGE_MILLIS: u64 = 60 * 60 * 1000;
/// How often something is read again because it lacked what was looked for, in milliseconds: forged tokens must not cost a
/// call each.
const COOL_DOWN_MILLIS: u64 = 60 * 1000;
/// For how long a failed read stands for the next ones, in milliseconds: while a provider is down, a flood of requests must
/// not cost a call each.
const FAILURE_MILLIS: u64 = 10 * 1000;

/// What was read last, if anything, and how the last read failed, if it did. Ages are differences of the wall clock, since the
/// monotonic one may stand still while a function is frozen.
#[derive(Debug)]
pub(crate) struct Memory<T, E> {
    last: Mutex<Last<T, E>>,
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Last<T, E> {
    value: Option<Dated<Arc<T>>>,
    failure: Option<Dated<E>>,
}

#[derive(Debug)]
struct Dated<T> {
    what: T,
    read_at: Timestamp,
}

impl<T: Clone> Dated<T> {
    /// A clock that went backwards says nothing about the age, so it then counts as old.
    fn if_younger_than(&self, millis: u64, now: Timestamp) -> Option<T> {
        now.millis_since(self.read_at).is_some_and(|age| age < millis).then(|| self.what.clone())
    }
}

impl<T, E: Clone> Memory<T, E> {
    pub(crate) fn empty() -> Self {
        Self { last: Mutex::new(Last { value: None, failure: None }), reading: tokio::sync::Mutex::new(()) }
    }

    /// The value, at most an hour old. Requests that need it at the same time wait for one read, and share its failure.
    pub(crate) async fn at(&self, now: Timestamp, read: impl Future<Output = Result<T, E>>) -> Result<Arc<T>, E> {
        if let Some(known) = self.known(MAX_AGE_MILLIS, now) {
            return known;
        }
        let _one_at_a_time = self.reading.lock().await;
        match self.known(MAX_AGE_MILLIS, now) {
            Some(known) => known,
            None => self.keep(read.await, now),
        }
    }

    /// Reads the value again because `seen` lacks something. `None` if that one was read in the last minute.
    pub(crate) async fn newer_than(
        &self,
        seen: &Arc<T>,
        now: Timestamp,
        read: impl Future<Output = Result<T, E>>,
    ) -> Result<Option<Arc<T>>, E> {
        let _one_at_a_time = self.reading.lock().await;
        match self.known(COOL_DOWN_MILLIS, now) {
            Some(known) => known.map(|value| (!Arc::ptr_eq(&value, seen)).then_some(value)),
            None => self.keep(read.await, now).map(Some),
        }
    }

    /// The value, if it is younger than this; else the failure of the last read, while that stands.
    fn known(&self, millis: u64, now: Timestamp) -> Option<Result<Arc<T>, E>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let value = last.value.as_ref().and_then(|value| value.if_younger_than(millis, now));
        let failure = || last.failure.as_ref().and_then(|failure| failure.if_younger_than(FAILURE_MILLIS, now));
        value.map(Ok).or_else(|| failure().map(Err))
    }

    fn keep(&self, read: Result<T, E>, read_at: Timestamp) -> Result<Arc<T>, E> {
        let read = read.map(Arc::new);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &read {
            Ok(value) => *last = Last { value: Some(Dated { what: Arc::clone(value), read_at }), failure: None },
            Err(failure) => last.failure = Some(Dated { what: failure.clone(), read_at }),
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    use shared::clock::Timestamp;

    use super::Memory;

    /// Counts its reads. A read that fails tells which one it was.
    struct Source {
        memory: Memory<u64, u64>,
        reads: AtomicU64,
        is_down: AtomicBool,
    }

    impl Source {
        fn new() -> Self {
            Self { memory: Memory::empty(), reads: AtomicU64::new(0), is_down: AtomicBool::new(false) }
        }

        fn down(&self, is_down: bool) {
            self.is_down.store(is_down, Ordering::Relaxed);
        }

        async fn read(&self) -> Result<u64, u64> {
            tokio::task::yield_now().await;
            let read = self.reads.fetch_add(1, Ordering::Relaxed) + 1;
            if self.is_down.load(Ordering::Relaxed) { Err(read) } else { Ok(read) }
        }

        async fn try_at(&self, seconds: u64) -> Result<Arc<u64>, u64> {
            self.memory.at(Timestamp::from_millis(seconds * 1000), self.read()).await
        }

        async fn at(&self, seconds: u64) -> Arc<u64> {
            self.try_at(seconds).await.unwrap()
        }

        async fn try_newer_than(&self, seen: &Arc<u64>, seconds: u64) -> Result<Option<u64>, u64> {
            let now = Timestamp::from_millis(seconds * 1000);
            Ok(self.memory.newer_than(seen, now, self.read()).await?.map(|value| *value))
        }

        async fn newer_than(&self, seen: &Arc<u64>, seconds: u64) -> Option<u64> {
            self.try_newer_than(seen, seconds).await.unwrap()
        }
    }

    #[tokio::test]
    async fn a_value_is_kept_for_an_hour() {
        let source = Source::new();
        for (seconds, expected) in [(10_000, 1), (13_599, 1), (13_600, 2), (17_199, 2), (100, 3)] {
            assert_eq!(*source.at(seconds).await, expected, "{seconds}");
        }
    }

    #[tokio::test]
    async fn requests_at_one_time_wait_for_one_read() {
        let source = Source::new();
        let values = tokio::join!(source.at(0), source.at(0), source.at(0));
        assert_eq!((*values.0, *values.1, *values.2), (1, 1, 1));
    }

    #[tokio::test]
    async fn what_is_lacking_is_read_again_at_most_once_a_minute() {
        let source = Source::new();
        let first = source.at(0).await;
        assert_eq!(source.newer_than(&first, 59).await, None);
        assert_eq!(source.newer_than(&first, 60).await, Some(2));
        assert_eq!(source.newer_than(&first, 61).await, Some(2), "somebody else has read it meanwhile");
        let second = source.at(61).await;
        assert_eq!((*second, source.newer_than(&second, 119).await), (2, None));
        assert_eq!(source.newer_than(&second, 120).await, Some(3));
    }

    #[tokio::test]
    async fn a_failed_read_stands_for_ten_seconds() {
        let source = Source::new();
        source.down(true);
        let failures = tokio::join!(source.try_at(0), source.try_at(0), source.try_at(9));
        assert_eq!(failures, (Err(1), Err(1), Err(1)));
        assert_eq!(source.try_at(10).await, Err(2));
        source.down(false);
        assert_eq!(source.try_at(19).await, Err(2));
        assert_eq!(*source.at(20).await, 3);
    }

    #[tokio::test]
    async fn a_failed_look_for_a_newer_value_stands_too_and_leaves_the_value_that_is_held() {
        let source = Source::new();
        let first = source.at(0).await;
        source.down(true);
        assert_eq!(source.try_newer_than(&first, 60).await, Err(2));
        assert_eq!(source.try_newer_than(&first, 69).await, Err(2));
        assert_eq!(*source.at(69).await, 1);
        source.down(false);
        assert_eq!(source.newer_than(&first, 70).await, Some(3));
    }
}
