//! For whom tokens are, and for how long.

use std::time::Duration;

use crate::environment::{ConfigError, Environment};

const DEFAULT_AUDIENCE: &str = "latchkey";
/// A day, as Xano's default.
const DEFAULT_LIFETIME_SECONDS: u64 = 24 * 60 * 60;
/// A token that ends sooner than this has ended before a slow client has used it.
const SHORTEST_LIFETIME_SECONDS: u64 = 60;
/// A year. What is valid for longer is a password.
const LONGEST_LIFETIME_SECONDS: u64 = 366 * 24 * 60 * 60;

/// `TOKEN_LIFETIME_SECONDS`, a day by default.
pub fn read_token_lifetime(environment: &Environment) -> Result<Duration, ConfigError> {
    let bounds = SHORTEST_LIFETIME_SECONDS..=LONGEST_LIFETIME_SECONDS;
    environment.within("TOKEN_LIFETIME_SECONDS", bounds, DEFAULT_LIFETIME_SECONDS, "seconds", |seconds| {
        Some(Duration::from_secs(seconds))
    })
}

/// `AUDIENCE`.
#[must_use]
pub fn read_audience(environment: &Environment) -> &str {
    environment.get("AUDIENCE").unwrap_or(DEFAULT_AUDIENCE)
}
