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
}

impl Pace {
    pub(super) fn of(most: usize) -> Self {
        Self { most, now: AtomicUsize::new(most), went_well: AtomicUsize::new(0) }
    }

    /// How many may be under way.
    pub(super) fn limit(&self) -> usize {
        self.now.load(Ordering::Relaxed)
    }

    pub(super) fn slow_down(&self) {
        self.went_well.store(0, Ordering::Relaxed);
        self.now.store((self.limit() / 2).max(1), Ordering::Relaxed);
    }

    pub(super) fn went_well(&self) {
        if self.limit() < self.most && self.went_well.fetch_add(1, Ordering::Relaxed) + 1 >= STEADY {
            self.went_well.store(0, Ordering::Relaxed);
            self.now.store((self.limit() + 1).min(self.most), Ordering::Relaxed);
        }
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
        for expected in [4, 2, 1, 1] {
            pace.slow_down();
            assert_eq!(pace.limit(), expected);
        }
        for expected in [2, 3, 4, 5, 6, 7, 8, 8] {
            for _ in 0..STEADY {
                pace.went_well();
            }
            assert_eq!(pace.limit(), expected);
        }
    }
}
