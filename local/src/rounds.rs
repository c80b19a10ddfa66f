//! When to look again, where AWS would start something by itself.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often a table is looked at.
const EVERY: Duration = Duration::from_millis(250);
/// How often after a failure, so that the log stays readable.
const EVERY_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The times at which a table is looked at.
#[derive(Debug)]
pub(crate) struct Rounds(Interval);

impl Rounds {
    /// The first is now.
    pub(crate) fn start() -> Self {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(ticks)
    }

    /// Waits for the next round.
    pub(crate) async fn next(&mut self) {
        self.0.tick().await;
    }

    /// Waits longer, for the round after a failure.
    pub(crate) async fn next_after_failure(&mut self) {
        self.0.reset_after(EVERY_AFTER_FAILURE);
        self.next().await;
    }
}
