//! A value held in memory between requests, with the time it was read at.

use std::sync::{Arc, Mutex, PoisonError};

use super::MAX_AGE_MILLIS;
use crate::clock::Timestamp;

/// What was read last, if anything. Ages are differences of the wall clock, since the monotonic one may stand still
/// while a function is frozen.
#[derive(Debug)]
pub(super) struct Held<T>(Mutex<Option<(Arc<T>, Timestamp)>>);

impl<T> Held<T> {
    pub(super) fn nothing() -> Self {
        Self(Mutex::new(None))
    }

    pub(super) fn keep(&self, value: T, read_at: Timestamp) -> Arc<T> {
        let value = Arc::new(value);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Arc::clone(&value), read_at));
        value
    }

    /// The value, however old.
    pub(super) fn any(&self) -> Option<Arc<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(value, _read_at)| Arc::clone(value))
    }

    /// The value, where it is young enough to be used without reading it again. A clock that went backwards says
    /// nothing about the age, so the value then counts as old.
    pub(super) fn fresh(&self, now: Timestamp) -> Option<Arc<T>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (value, read_at) = held.as_ref()?;
        now.millis_since(*read_at).is_some_and(|age| age <= MAX_AGE_MILLIS).then(|| Arc::clone(value))
    }
}
