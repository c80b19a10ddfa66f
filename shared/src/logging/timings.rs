//! How long each part of a request takes.

use std::future::Future;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use crate::clock::Stopwatch;

/// A part of the work on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading the request, the scoring of a new password included.
    Decode,
    /// Waiting for the store.
    Store,
    /// Hashing a password.
    Argon2,
    /// Signing a token or verifying one.
    Token,
    /// Writing the answer.
    Encode,
}

/// The times of one request. A part that comes twice is summed up.
#[derive(Debug, Default)]
pub(super) struct Stages(Mutex<[Option<Duration>; 5]>);

impl Stages {
    /// Times a part that waits.
    pub(super) async fn timed<T>(&self, stage: Stage, work: impl Future<Output = T>) -> T {
        let stopwatch = Stopwatch::start();
        let done = work.await;
        self.add(stage, stopwatch.elapsed());
        done
    }

    /// Times a part that does not wait.
    pub(super) fn timed_now<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let stopwatch = Stopwatch::start();
        let done = work();
        self.add(stage, stopwatch.elapsed());
        done
    }

    /// How long a part took, in milliseconds to the microsecond, or `None` where it did not come.
    pub(super) fn millis(&self, stage: Stage) -> Option<f64> {
        let stages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stages.get(stage as usize).copied().flatten().map(millis)
    }

    fn add(&self, stage: Stage, took: Duration) {
        let mut stages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sum) = stages.get_mut(stage as usize) {
            *sum = Some(sum.unwrap_or_default() + took);
        }
    }
}

/// A duration in milliseconds, to the microsecond.
pub(super) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}
