//! How often the keys shift.

use std::time::Duration;

use crate::environment::{ConfigError, Environment};

const SECONDS_A_DAY: u64 = 24 * 60 * 60;
const DEFAULT_DAYS: u64 = 30;
/// Three years, the longest that a key may sign by NIST SP 800-57 Part 1 Rev. 5, section 5.3.6.
const MOST_DAYS: u64 = 3 * 365;

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

    /// `KEY_ROTATION_DAYS`, 30 by default. It must be longer than a token is valid, by [`MARGIN`](Self::MARGIN).
    pub fn read(environment: &Environment, token_lifetime: Duration) -> Result<Self, ConfigError> {
        const VARIABLE: &str = "KEY_ROTATION_DAYS";

        let lifetime_seconds = token_lifetime.as_secs();
        let fewest = (token_lifetime + Self::MARGIN).as_secs().div_ceil(SECONDS_A_DAY);
        let value = environment.get(VARIABLE).map_or_else(|| DEFAULT_DAYS.to_string(), str::to_owned);
        let days = value.parse::<u64>().ok().filter(|days| *days <= MOST_DAYS);
        days.and_then(|days| Self::new(Duration::from_secs(days * SECONDS_A_DAY), token_lifetime)).ok_or_else(|| {
            let expected = format!(
                "a whole number of days from {fewest} to {MOST_DAYS}, which is longer than the {lifetime_seconds} seconds \
                 of TOKEN_LIFETIME_SECONDS and 3 hours (raise it, or shorten those)"
            );
            ConfigError::invalid(VARIABLE, &value, expected, &DEFAULT_DAYS.max(fewest).to_string())
        })
    }

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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::RotationPeriod;
    use crate::environment::Environment;

    fn read(days: &str, lifetime_seconds: u64) -> Result<(), String> {
        let environment = Environment::default().with("KEY_ROTATION_DAYS", days);
        let period = RotationPeriod::read(&environment, Duration::from_secs(lifetime_seconds));
        period.map(|_period| ()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_period_outlasts_the_tokens_by_three_hours() {
        for (days, lifetime_seconds, fewest) in [
            ("", 86_400, None),
            ("2", 86_400, None),
            ("1", 86_400, Some("from 2 to")),
            ("1", 75_600, None),
            ("1", 75_601, Some("from 2 to")),
            ("", 2_592_000, Some("from 31 to")),
            ("367", 31_622_400, None),
            ("366", 31_622_400, Some("from 367 to")),
            ("1095", 86_400, None),
            ("1096", 86_400, Some("to 1095")),
            ("0", 60, Some("from 1 to")),
            ("-1", 86_400, Some("from 2 to")),
            ("18446744073709551615", 86_400, Some("from 2 to")),
            ("a month", 86_400, Some("for example KEY_ROTATION_DAYS=30")),
        ] {
            match (read(days, lifetime_seconds), fewest) {
                (Ok(()), None) => {}
                (Err(error), Some(fewest)) => {
                    assert!(error.starts_with("KEY_ROTATION_DAYS is") && error.contains(fewest), "{error}");
                }
                (read, _) => panic!("{days} for {lifetime_seconds}: {read:?}"),
            }
        }
    }
}
