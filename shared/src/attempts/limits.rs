//! The limits of a deployment and their defaults.

use super::Limit;
use crate::environment::{ConfigError, Environment};

/// The limits of log-in. One that is `None` is off: nothing is counted for it.
#[derive(Clone, Copy, Debug)]
pub struct LoginLimits {
    /// Of attempts on one account from one source.
    pub pair: Option<Limit>,
    /// Of attempts on one account from sources that it does not know.
    pub account: Option<Limit>,
    /// Of failures from one source, whatever the accounts.
    pub source: Option<Limit>,
}

impl LoginLimits {
    /// `LIMIT_PAIR` (10 in 15 minutes by default), `LIMIT_ACCOUNT` (100 an hour) and `LIMIT_ADDRESS` (300 in 15 minutes),
    /// the limit of a source.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            pair: Limit::read(environment, "LIMIT_PAIR", "10/900")?,
            account: Limit::read(environment, "LIMIT_ACCOUNT", "100/3600")?,
            source: Limit::read(environment, "LIMIT_ADDRESS", "300/900")?,
        })
    }
}

/// The limit of sign-ups from one source. `None` is off.
#[derive(Clone, Copy, Debug)]
pub struct SignupLimit(pub Option<Limit>);

impl SignupLimit {
    /// `LIMIT_SIGNUP`; 100 an hour by default.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self(Limit::read(environment, "LIMIT_SIGNUP", "100/3600")?))
    }
}
