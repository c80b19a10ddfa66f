//! How often the keys shift.

use std::time::Duration;

/// For how long a key signs before the next one takes over.
///
/// A key is public for one period before its first use and for one after its last. The period therefore has to outlast
/// every verifier's cache, and every token that the key signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationPeriod(Duration);

impl RotationPeriod {
    /// By how much the period is longer than a token's lifetime. API Gateway's authorizers keep the keys for up to two
    /// hours, and read them from a function and through caches that keep them for five minutes each; a signer goes on
    /// with an old set for another five. The rest is for clocks that differ.
    pub const MARGIN: Duration = Duration::from_hours(3);

    /// A period of this length, or `None` where it is too short for tokens that are valid for `token_lifetime`.
    #[must_use]
    pub fn new(period: Duration, token_lifetime: Duration) -> Option<Self> {
        (period >= token_lifetime.saturating_add(Self::MARGIN)).then_some(Self(period))
    }

    /// The period in milliseconds.
    pub(super) fn as_millis(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }
}
