//! Transactions that meet other transactions.

use std::time::Duration;

use aws_lc_rs::rand;
use aws_sdk_dynamodb::types::CancellationReason;

/// How often a transaction is sent that keeps meeting others.
const TRIES: u32 = 4;
/// The longest first wait between two tries; it doubles with each.
const FIRST_WAIT_MILLIS: u64 = 20;

const CONDITION_FAILED: &str = "ConditionalCheckFailed";
const CONFLICT: &str = "TransactionConflict";

/// How often the same transaction was cancelled, and whether it is worth sending once more.
pub(super) struct Conflicts(u32);

impl Conflicts {
    pub(super) fn none_yet() -> Self {
        Self(0)
    }

    /// Waits a random while and returns `true` where the reasons say that another transaction was in the way and
    /// that there is still a try left. Random waits keep two that met from meeting again.
    pub(super) async fn worth_another_try(&mut self, reasons: &[CancellationReason]) -> bool {
        self.0 += 1;
        let conflict = reasons.iter().any(|reason| reason.code() == Some(CONFLICT));
        if !conflict || self.0 >= TRIES {
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

/// Whether the condition of the `index`-th action failed.
pub(super) fn condition_failed(reasons: &[CancellationReason], index: usize) -> bool {
    reasons.get(index).is_some_and(|reason| reason.code() == Some(CONDITION_FAILED))
}
