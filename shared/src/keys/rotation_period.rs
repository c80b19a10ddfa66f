//! How often the keys shift.

use std::time::Duration;

use crate::environment::{ConfigError, Environment};

const SECONDS_A_DAY: u64 = 24 * 60 * 60;
const DEFAULT_DAYS: u64 = 30;
const FEWEST_DAYS: u64 = 1;
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

    /// `KEY_ROTATION_DAYS`, 30 by default. A period that tokens would outlast is raised to their lifetime and
    /// [`MARGIN`](Self::MARGIN), with a warning in the log: CloudFormation cannot compare two numbers, so a deploy with such
    /// settings goes through.
    pub fn read(environment: &Environment, token_lifetime: Duration) -> Result<Self, ConfigError> {
        const VARIABLE: &str = "KEY_ROTATION_DAYS";

        let asked = environment.within(VARIABLE, FEWEST_DAYS..=MOST_DAYS, DEFAULT_DAYS, "days", |days| {
            Some(Duration::from_secs(days * SECONDS_A_DAY))
        })?;
        let shortest = token_lifetime.saturating_add(Self::MARGIN);
        if asked < shortest {
            tracing::warn!(
                variable = VARIABLE,
                rotation_seconds = shortest.as_secs(),
                "{VARIABLE} is shorter than TOKEN_LIFETIME_SECONDS and 3 hours: keys rotate after that time instead"
            );
        }
        Ok(Self(asked.max(shortest)))
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

    const DAY: u64 = 86_400;
    const MARGIN: u64 = 3 * 60 * 60;

    fn read(days: &str, lifetime_seconds: u64) -> Result<u64, String> {
        let environment = Environment::default().with("KEY_ROTATION_DAYS", days);
        let period = RotationPeriod::read(&environment, Duration::from_secs(lifetime_seconds));
        period.map(|period| period.0.as_secs()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_period_outlasts_the_tokens_by_three_hours() {
        for (days, lifetime_seconds, period) in [
            ("", DAY, 30 * DAY),
            ("2", DAY, 2 * DAY),
            ("1", DAY, DAY + MARGIN),
            ("1", 75_600, DAY),
            ("1", 75_601, DAY + 1),
            ("", 2_592_000, 30 * DAY + MARGIN),
            ("30", 2_592_000, 30 * DAY + MARGIN),
            ("367", 31_622_400, 367 * DAY),
            ("366", 31_622_400, 366 * DAY + MARGIN),
            ("1", 31_622_400, 366 * DAY + MARGIN),
            ("1095", DAY, 1095 * DAY),
        ] {
            assert_eq!(read(days, lifetime_seconds), Ok(period), "{days} for {lifetime_seconds}");
        }
    }

    #[test]
    fn what_is_not_a_number_of_days_is_refused() {
        for days in ["0", "-1", "1.5", "1096", "18446744073709551615", "a month"] {
            let error = read(days, DAY).unwrap_err();
            assert!(
                error.starts_with("KEY_ROTATION_DAYS is") && error.contains("at least 1 and at most 1095"),
                "{error}"
            );
            assert!(error.ends_with("for example KEY_ROTATION_DAYS=30"), "{error}");
        }
    }
}
