//! A limit.

use std::num::NonZeroU64;

use super::limits::Setting;
use crate::environment::{ConfigError, Environment};

/// The longest window, in seconds: a day. Anyone who is refused for longer is locked out.
const LONGEST_WINDOW_SECONDS: u64 = 24 * 60 * 60;

/// How many attempts there may be in each window of time. Windows follow one another from the Unix epoch on, so that
/// nothing has to be kept about where one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The most attempts in a window.
    pub(super) count: NonZeroU64,
    /// The length of a window, in seconds.
    pub(super) window_seconds: NonZeroU64,
}

/// The value of a variable that switches its limit off.
pub(super) const OFF: &str = "0";

impl Limit {
    /// The limit in the variable, or its default if the variable is not set: `<count>/<seconds>`, or `0` for none.
    pub(super) fn read(environment: &Environment, setting: Setting) -> Result<Option<Self>, ConfigError> {
        let Setting { variable, default } = setting;
        let value = environment.get(variable).unwrap_or(default);
        if value == OFF {
            return Ok(None);
        }
        Self::parse(value).map(Some).ok_or_else(|| {
            let expected = "<count>/<seconds>, the seconds from 1 to 86400, or 0 for no limit";
            ConfigError::invalid(variable, value, expected, default)
        })
    }

    /// `count` attempts in `window_seconds`. `None` if either is 0 or the window is longer than a day.
    #[must_use]
    pub const fn new(count: u64, window_seconds: u64) -> Option<Self> {
        if window_seconds > LONGEST_WINDOW_SECONDS {
            return None;
        }
        match (NonZeroU64::new(count), NonZeroU64::new(window_seconds)) {
            (Some(count), Some(window_seconds)) => Some(Self { count, window_seconds }),
            _ => None,
        }
    }

    /// The most attempts in a window.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count.get()
    }

    /// Reads `<count>/<seconds>`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (count, window_seconds) = text.split_once('/')?;
        Self::new(count.parse().ok()?, window_seconds.parse().ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::Limit;

    #[test]
    fn a_limit_is_a_count_and_a_window_of_at_most_a_day() {
        assert_eq!(Limit::parse("10/900"), Limit::new(10, 900));
        for wrong in
            ["", "10", "/", "10/", "/900", "0/900", "10/0", "-1/900", "10/900/1", "10 / 900", "10/86401", "ten/9"]
        {
            assert_eq!(Limit::parse(wrong), None, "{wrong}");
        }
        assert!(Limit::new(10, 900).is_some());
    }
}
