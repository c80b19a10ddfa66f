//! What may happen only so often.

use std::sync::{Mutex, PoisonError};

use crate::clock::Timestamp;

/// How often something that no key fits may cause a read, in milliseconds: forged tokens must not cost a read each.
const MILLIS: u64 = 60 * 1000;

/// Remembers when keys were last read for a token that none of them fits.
#[derive(Debug, Default)]
pub(super) struct CoolDown(Mutex<Option<Timestamp>>);

impl CoolDown {
    /// Whether the last time is long enough ago, or, if the clock was set back since, as far ahead.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_none_or(|last| now.as_millis().abs_diff(last.as_millis()) >= MILLIS)
    }

    /// Begins again.
    pub(super) fn begin(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }
}
