//! How often the signing keys shift.

use std::time::Duration;

use super::tokens::read_token_lifetime;
use super::{ConfigError, Environment};
use crate::keys::RotationPeriod;

const SECONDS_A_DAY: u64 = 24 * 60 * 60;
const DEFAULT_DAYS: u64 = 30;
/// Three years, the longest that a key may sign by NIST SP 800-57 Part 1 Rev. 5, section 5.3.6.
const MOST_DAYS: u64 = 3 * 365;

/// `KEY_ROTATION_DAYS`, 30 by default. It has to be longer than a token is valid, by
/// [`RotationPeriod::MARGIN`].
pub fn read_key_rotation(environment: &Environment) -> Result<RotationPeriod, ConfigError> {
    const VARIABLE: &str = "KEY_ROTATION_DAYS";

    let lifetime = read_token_lifetime(environment)?;
    let lifetime_seconds = lifetime.as_secs();
    let fewest = (lifetime + RotationPeriod::MARGIN).as_secs().div_ceil(SECONDS_A_DAY);
    let value = environment.get(VARIABLE).map_or_else(|| DEFAULT_DAYS.to_string(), str::to_owned);
    let days = value.parse::<u64>().ok().filter(|days| *days <= MOST_DAYS);
    days.and_then(|days| RotationPeriod::new(Duration::from_secs(days * SECONDS_A_DAY), lifetime)).ok_or_else(|| {
        let expected = format!(
            "a whole number of days from {fewest} to {MOST_DAYS}, which is longer than the {lifetime_seconds} seconds \
             of TOKEN_LIFETIME_SECONDS and 3 hours (raise it, or shorten those)"
        );
        ConfigError::invalid(VARIABLE, &value, expected, &DEFAULT_DAYS.max(fewest).to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::read_key_rotation;
    use crate::config::Environment;

    fn read(days: &str, lifetime_seconds: &str) -> Result<(), String> {
        let environment = Environment::default().with("KEY_ROTATION_DAYS", days);
        let environment = environment.with("TOKEN_LIFETIME_SECONDS", lifetime_seconds);
        read_key_rotation(&environment).map(|_period| ()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_period_outlasts_the_tokens_by_three_hours() {
        for (days, lifetime_seconds, fewest) in [
            ("", "", None),
            ("2", "", None),
            ("1", "", Some("from 2 to")),
            ("1", "75600", None),
            ("1", "75601", Some("from 2 to")),
            ("", "2592000", Some("from 31 to")),
            ("367", "31622400", None),
            ("366", "31622400", Some("from 367 to")),
            ("1095", "", None),
            ("1096", "", Some("to 1095")),
            ("0", "60", Some("from 1 to")),
            ("-1", "", Some("from 2 to")),
            ("18446744073709551615", "", Some("from 2 to")),
            ("a month", "", Some("for example KEY_ROTATION_DAYS=30")),
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
