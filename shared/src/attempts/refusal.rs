//! What a limit says to one attempt too many.

use thiserror::Error;

use crate::domain::StoreError;

/// A refused attempt.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("too many attempts: the limit of the {limit} is reached")]
pub struct Refusal {
    /// Which limit, for the log. The caller is not told.
    pub limit: &'static str,
    /// After how many seconds from now the same attempt is not refused for this reason.
    pub retry_after_seconds: u64,
}

/// Of two refusals the one to wait longer for.
pub(super) fn longer(one: Refusal, other: Refusal) -> Refusal {
    if one.retry_after_seconds >= other.retry_after_seconds { one } else { other }
}

/// Why an attempt does not go on.
#[derive(Debug, Error)]
pub enum AttemptError {
    /// It is one too many.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nobody knows how many it is. What is not counted is not let through.
    #[error("the attempt cannot be counted")]
    Store(#[from] StoreError),
}
