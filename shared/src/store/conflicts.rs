//! Writes that meet another transaction.

use std::time::Duration;

use aws_lc_rs::rand;

/// How often a write is sent that keeps meeting others.
const TRIES: u32 = 4;
/// The longest first wait between two tries; it doubles with each.
const FIRST_WAIT_MILLIS: u64 = 20;

/// How often the same write met another, and whether it is worth sending once more. The SDK does not send these again.
pub(super) struct Conflicts(u32);

impl Conflicts {
    pub(super) fn none_yet() -> Self {
        Self(0)
    }

    /// Waits a random while and returns `true` if there is still a try left. Random waits keep two that met from meeting
    /// again.
    pub(super) async fn worth_another_try(&mut self) -> bool {
        self.0 += 1;
        if self.0 >= TRIES {
            return false;
        }
        let mut byte = [0_u8];
        // Without randomness the wait is the longest one.
        let share = if rand::fill(&mut byte).is_ok() { u64::from(byte[0]) } else { 255 };
        let longest = FIRST_WAIT_MILLIS << (self.0 - 1);
        tokio::time::sleep(Duration::from_millis(longest * share / 255)).await;
        true
    }
}
