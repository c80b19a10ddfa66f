//! How many rows are written at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many rows go well before one more is written at the same time.
const STEADY: usize = 200;

/// A number of rows at the same time, which halves when DynamoDB refuses for load and recovers bit by bit.
#[derive(Debug)]
pub(super) struct Pace {
    most: usize,
    now: AtomicUsize,
    went_well: AtomicUsize,
    /// How many rows are still under way from before the limit was halved.
    of_before: AtomicUsize,
}

impl Pace {
    pub(super) fn of(most: usize) -> Self {
        Self { most, now: AtomicUsize::new(most), went_well: AtomicUsize::new(0), of_before: AtomicUsize::new(0) }
    }

    /// How many may be under way.
    pub(super) fn limit(&self) -> usize {
        self.now.load(Ordering::Relaxed)
    }

    /// DynamoDB refuses many of the rows that are under way at once. They halve the limit once.
    pub(super) fn slow_down(&self) {
        self.went_well.store(0, Ordering::Relaxed);
        if self.was_begun_since() {
            let limit = self.limit();
            self.of_before.store(limit - 1, Ordering::Relaxed);
            self.now.store((limit / 2).max(1), Ordering::Relaxed);
        }
    }

    pub(super) fn went_well(&self) {
        let _counted = self.was_begun_since();
        if self.limit() < self.most && self.went_well.fetch_add(1, Ordering::Relaxed) + 1 >= STEADY {
            self.went_well.store(0, Ordering::Relaxed);
            self.now.store((self.limit() + 1).min(self.most), Ordering::Relaxed);
        }
    }

    /// Whether the row that has just come back was begun since the limit was halved.
    fn was_begun_since(&self) -> bool {
        self.of_before.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
    }
}

#[cfg(test)]
mod tests {
    use super::{Pace, STEADY};

    #[test]
    fn the_pace_halves_and_recovers_bit_by_bit() {
        let pace = Pace::of(8);
        pace.went_well();
        assert_eq!(pace.limit(), 8);
        for (under_way, expected) in [(8, 4), (4, 2), (2, 1), (1, 1)] {
            for _ in 0..under_way {
                pace.slow_down();
                assert_eq!(pace.limit(), expected);
            }
        }
        for expected in [2, 3, 4, 5, 6, 7, 8, 8] {
            for _ in 0..STEADY {
                pace.went_well();
            }
            assert_eq!(pace.limit(), expected);
        }
    }
}
