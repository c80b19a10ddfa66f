//! What is kept of a provider between requests: its document and its keys.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use shared::clock::Timestamp;

/// For how long something is kept, in milliseconds: an hour.
const MAX_AGE_MILLIS: u64 = 60 * 60 * 1000;
/// How often something is read again because it lacked what was looked for, in milliseconds: forged tokens must not cost a
/// call each.
const COOL_DOWN_MILLIS: u64 = 60 * 1000;

/// What was read last, if anything. Ages are differences of the wall clock, since the monotonic one may stand still while a
/// function is frozen.
#[derive(Debug)]
pub(crate) struct Memory<T> {
    held: Mutex<Option<Held<T>>>,
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Held<T> {
    value: Arc<T>,
    read_at: Timestamp,
}

impl<T> Memory<T> {
    pub(crate) fn empty() -> Self {
        Self { held: Mutex::new(None), reading: tokio::sync::Mutex::new(()) }
    }

    /// The value, at most an hour old. Requests that need it at the same time wait for one read.
    pub(crate) async fn at<E>(&self, now: Timestamp, read: impl Future<Output = Result<T, E>>) -> Result<Arc<T>, E> {
        if let Some(value) = self.younger_than(MAX_AGE_MILLIS, now) {
            return Ok(value);
        }
        let _one_at_a_time = self.reading.lock().await;
        match self.younger_than(MAX_AGE_MILLIS, now) {
            Some(value) => Ok(value),
            None => Ok(self.keep(read.await?, now)),
        }
    }

    /// Reads the value again because `seen` lacks something. `None` if that one was read in the last minute.
    pub(crate) async fn newer_than<E>(
        &self,
        seen: &Arc<T>,
        now: Timestamp,
        read: impl Future<Output = Result<T, E>>,
    ) -> Result<Option<Arc<T>>, E> {
        let _one_at_a_time = self.reading.lock().await;
        match self.younger_than(COOL_DOWN_MILLIS, now) {
            Some(value) => Ok((!Arc::ptr_eq(&value, seen)).then_some(value)),
            None => Ok(Some(self.keep(read.await?, now))),
        }
    }

    /// A clock that went backwards says nothing about the age, so the value then counts as old.
    fn younger_than(&self, millis: u64, now: Timestamp) -> Option<Arc<T>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Held { value, read_at } = held.as_ref()?;
        now.millis_since(*read_at).is_some_and(|age| age < millis).then(|| Arc::clone(value))
    }

    fn keep(&self, value: T, read_at: Timestamp) -> Arc<T> {
        let value = Arc::new(value);
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(Held { value: Arc::clone(&value), read_at });
        value
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use shared::clock::Timestamp;

    use super::Memory;

    struct Source {
        memory: Memory<u64>,
        reads: AtomicU64,
    }

    impl Source {
        fn new() -> Self {
            Self { memory: Memory::empty(), reads: AtomicU64::new(0) }
        }

        async fn read(&self) -> Result<u64, Infallible> {
            tokio::task::yield_now().await;
            Ok(self.reads.fetch_add(1, Ordering::Relaxed) + 1)
        }

        async fn at(&self, seconds: u64) -> Arc<u64> {
            let Ok(value) = self.memory.at(Timestamp::from_millis(seconds * 1000), self.read()).await;
            value
        }

        async fn newer_than(&self, seen: &Arc<u64>, seconds: u64) -> Option<u64> {
            let now = Timestamp::from_millis(seconds * 1000);
            let Ok(value) = self.memory.newer_than(seen, now, self.read()).await;
            value.map(|value| *value)
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
}
