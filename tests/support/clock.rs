//! A clock that only the test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use shared::clock::{Clock, Timestamp};

/// Stands still at the time it was made, until it is moved.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicU64>);

impl TestClock {
    /// A clock that shows the time now.
    #[must_use]
    pub fn standing_still() -> Self {
        Self(Arc::new(AtomicU64::new(Clock::system().now().as_millis())))
    }

    /// A clock that shows this time, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn standing_still_at(millis: u64) -> Self {
        Self(Arc::new(AtomicU64::new(millis)))
    }

    /// A clock that shows a time this long ago.
    #[must_use]
    pub fn standing_still_ago(ago: Duration) -> Self {
        let clock = Self::standing_still();
        clock.0.fetch_sub(u64::try_from(ago.as_millis()).unwrap(), Ordering::SeqCst);
        clock
    }

    /// The clock, for those who only read it.
    #[must_use]
    pub fn clock(&self) -> Clock {
        let millis = Arc::clone(&self.0);
        Clock::from_fn(move || Timestamp::from_millis(millis.load(Ordering::SeqCst)))
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(u64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}
