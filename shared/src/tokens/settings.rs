//! For whom tokens are, and for how long.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::environment::{ConfigError, Environment};

const DEFAULT_AUDIENCE: &str = "latchkey";
/// A day, as Xano's default.
const DEFAULT_LIFETIME_SECONDS: u64 = 24 * 60 * 60;
/// A token that ends sooner than this has ended before a slow client has used it.
const SHORTEST_LIFETIME_SECONDS: u64 = 60;
/// A year. What is valid for longer is a password.
const LONGEST_LIFETIME_SECONDS: u64 = 366 * 24 * 60 * 60;

/// A quarter of an hour. A session's access tokens are short, since the session renews them.
const DEFAULT_ACCESS_SECONDS: u64 = 15 * 60;
const LONGEST_ACCESS_SECONDS: u64 = 24 * 60 * 60;

/// How long access tokens are valid.
#[derive(Clone, Copy, Debug)]
pub struct TokenLifetimes {
    /// Without a session.
    pub alone: Duration,
    /// In a session, which renews them.
    pub in_session: Duration,
}

impl TokenLifetimes {
    /// `TOKEN_LIFETIME_SECONDS`, a day by default, and `ACCESS_SECONDS`, 15 minutes by default.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let access = SHORTEST_LIFETIME_SECONDS..=LONGEST_ACCESS_SECONDS;
        Ok(Self {
            alone: read_token_lifetime(environment)?,
            in_session: read_seconds(environment, "ACCESS_SECONDS", access, DEFAULT_ACCESS_SECONDS)?,
        })
    }

    /// The longer of the two.
    #[must_use]
    pub fn longest(self) -> Duration {
        self.alone.max(self.in_session)
    }
}

/// `TOKEN_LIFETIME_SECONDS`, a day by default.
pub fn read_token_lifetime(environment: &Environment) -> Result<Duration, ConfigError> {
    let bounds = SHORTEST_LIFETIME_SECONDS..=LONGEST_LIFETIME_SECONDS;
    read_seconds(environment, "TOKEN_LIFETIME_SECONDS", bounds, DEFAULT_LIFETIME_SECONDS)
}

/// NIST SP 800-63B-4 2.1.3 asks for the log-in again after at most 30 days at its lowest level.
const DEFAULT_SESSION_SECONDS: u64 = 30 * 24 * 60 * 60;
const DEFAULT_IDLE_SECONDS: u64 = 14 * 24 * 60 * 60;
/// A day: as long as the longest access token of a session, which thereby never outlives it by being idle.
const SHORTEST_SESSION_SECONDS: u64 = LONGEST_ACCESS_SECONDS;

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub struct SessionLifetimes {
    /// From the log-in on.
    pub whole: Duration,
    /// Without a refresh.
    pub idle: Duration,
}

impl SessionLifetimes {
    /// `SESSION_SECONDS`, 30 days by default, and `SESSION_IDLE_SECONDS`, 14 days by default.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let bounds = SHORTEST_SESSION_SECONDS..=LONGEST_LIFETIME_SECONDS;
        Ok(Self {
            whole: read_seconds(environment, "SESSION_SECONDS", bounds.clone(), DEFAULT_SESSION_SECONDS)?,
            idle: read_seconds(environment, "SESSION_IDLE_SECONDS", bounds, DEFAULT_IDLE_SECONDS)?,
        })
    }
}

fn read_seconds(
    environment: &Environment,
    variable: &'static str,
    bounds: RangeInclusive<u64>,
    default: u64,
) -> Result<Duration, ConfigError> {
    environment.within(variable, bounds, default, "seconds", |seconds| Some(Duration::from_secs(seconds)))
}

/// `AUDIENCE`.
#[must_use]
pub fn read_audience(environment: &Environment) -> &str {
    environment.get("AUDIENCE").unwrap_or(DEFAULT_AUDIENCE)
}
