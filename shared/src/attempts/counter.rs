//! A counter of one window, or of one use.

use super::{Limit, Refusal};
use crate::clock::Timestamp;

/// For how long the store keeps a use after its time, in seconds, since clocks differ.
const KEPT_SECONDS: u64 = 60 * 60;

/// What is counted, the window it is counted in, and how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    name: &'static str,
    bucket: String,
    most: u64,
    window_ends: u64,
    expires_at: u64,
}

impl Counter {
    /// The counter `name` of whatever `digest` stands for, in the window that `now` is in.
    pub(super) fn new(name: &'static str, digest: &str, limit: Limit, now: Timestamp) -> Self {
        let window = now.as_secs() / limit.window_seconds;
        let window_ends = window.saturating_add(1).saturating_mul(limit.window_seconds.get());
        let (most, expires_at) = (limit.count.get(), window_ends.saturating_add(limit.window_seconds.get()));
        Self { name, bucket: format!("{name}#{digest}#{window}"), most, window_ends, expires_at }
    }

    /// The counter `name` of what may happen once, until `good_until`, to whatever `digest` stands for. Its key holds no
    /// window: in the next one it could happen again.
    #[must_use]
    pub fn once(name: &'static str, digest: &str, good_until: Timestamp) -> Self {
        let window_ends = good_until.as_secs().saturating_add(1);
        let expires_at = window_ends.saturating_add(KEPT_SECONDS);
        Self { name, bucket: format!("{name}#{digest}"), most: 1, window_ends, expires_at }
    }

    /// The counter's key in the store. The window is part of it, so no counter is ever set back.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// When the store may forget it, in seconds since the Unix epoch: one window after its own has ended, since clocks
    /// differ.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }

    /// How far it counts before attempts are refused.
    #[must_use]
    pub fn most(&self) -> u64 {
        self.most
    }

    /// Refuses where the attempt that brought the counter to `count` is one too many.
    pub(super) fn check_attempt(&self, count: u64, now: Timestamp) -> Result<(), Refusal> {
        if count > self.most { Err(self.refusal(now)) } else { Ok(()) }
    }

    /// Refuses where `count` attempts leave room for no other.
    pub(super) fn check_room(&self, count: u64, now: Timestamp) -> Result<(), Refusal> {
        if count >= self.most { Err(self.refusal(now)) } else { Ok(()) }
    }

    /// An attempt at the time that this gives is in the next window.
    pub(super) fn refusal(&self, now: Timestamp) -> Refusal {
        Refusal { limit: self.name, retry_after_seconds: self.window_ends.saturating_sub(now.as_secs()).max(1) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Counter;
    use crate::attempts::Limit;
    use crate::clock::Timestamp;

    fn counter(seconds: u64) -> Counter {
        Counter::new("pair", "digest", Limit::new(2, 900).unwrap(), Timestamp::from_millis(seconds * 1000))
    }

    #[test]
    fn each_window_has_a_counter_of_its_own() {
        assert_eq!(counter(899).bucket(), "pair#digest#0");
        assert_eq!(counter(900).bucket(), "pair#digest#1");
        assert_eq!(counter(1799).bucket(), "pair#digest#1");
        assert_eq!(counter(900).expires_at(), 2700);
    }

    #[test]
    fn what_may_happen_once_has_one_counter_for_all_time_and_is_kept_for_longer_than_it_is_good() {
        let once = Counter::once("oauth", "digest", Timestamp::from_millis(900_000));
        assert_eq!((once.bucket(), once.most()), ("oauth#digest", 1));
        assert!(once.expires_at() >= 900 + 3600, "{once:?}");
    }

    #[test]
    fn the_attempt_after_the_last_is_refused() {
        let now = Timestamp::from_millis(0);
        for (count, attempt, room) in [(0, true, true), (1, true, true), (2, true, false), (3, false, false)] {
            assert_eq!(counter(0).check_attempt(count, now).is_ok(), attempt, "{count}");
            assert_eq!(counter(0).check_room(count, now).is_ok(), room, "{count}");
        }
    }

    proptest! {
        #[test]
        fn a_refused_attempt_is_in_the_next_window_after_the_wait_and_not_before(
            millis in 0_u64..1 << 45, window in 1_u64..86_400,
        ) {
            let limit = Limit::new(1, window).unwrap();
            let bucket = |millis| Counter::new("pair", "digest", limit, Timestamp::from_millis(millis)).bucket;
            let now = Timestamp::from_millis(millis);
            let refusal = Counter::new("pair", "digest", limit, now).check_attempt(2, now).unwrap_err();
            let wait = refusal.retry_after_seconds * 1000;
            prop_assert!(wait > 0);
            prop_assert_ne!(bucket(millis), bucket(millis + wait));
            prop_assert_eq!(bucket(millis), bucket(millis / 1000 * 1000 + wait - 1000));
        }
    }
}
