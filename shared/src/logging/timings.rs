//! How long each part of a request takes.

use std::future::Future;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use crate::clock::Stopwatch;

/// A part of the work on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Reading the request, the scoring of a new password included.
    Decode,
    /// Waiting for the store.
    Store,
    /// Hashing a password.
    Argon2,
    /// Waiting for a provider.
    Provider,
    /// Waiting for whoever takes a mail.
    Send,
    /// Signing a token or verifying one.
    Token,
    /// Writing the response.
    Encode,
}

/// How many parts there are.
const PARTS: usize = Part::Encode as usize + 1;

/// The times of one request. The times of a part that comes twice are added up.
#[derive(Debug, Default)]
pub struct Timings(Mutex<[Option<Duration>; PARTS]>);

impl Timings {
    /// Times a part that waits.
    pub async fn timed<T>(&self, part: Part, work: impl Future<Output = T>) -> T {
        let stopwatch = Stopwatch::start();
        let done = work.await;
        self.add(part, stopwatch.elapsed());
        done
    }

    /// Times a part that does not wait.
    pub fn timed_now<T>(&self, part: Part, work: impl FnOnce() -> T) -> T {
        let stopwatch = Stopwatch::start();
        let done = work();
        self.add(part, stopwatch.elapsed());
        done
    }

    /// How long a part took, in milliseconds to the microsecond, or `None` if it did not come.
    pub(super) fn millis(&self, part: Part) -> Option<f64> {
        let parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parts.get(part as usize).copied().flatten().map(millis)
    }

    fn add(&self, part: Part, took: Duration) {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sum) = parts.get_mut(part as usize) {
            *sum = Some(sum.unwrap_or_default() + took);
        }
    }
}

/// A duration in milliseconds, to the microsecond.
pub(super) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}
