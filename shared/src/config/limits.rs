//! How often somebody may try.

use super::{ConfigError, Environment};
use crate::attempts::{Limit, LoginLimits};

const OFF: &str = "0";

/// `LIMIT_PAIR` (10 in 15 minutes by default), `LIMIT_ACCOUNT` (100 an hour) and `LIMIT_ADDRESS` (300 in 15 minutes).
pub fn read_login_limits(environment: &Environment) -> Result<LoginLimits, ConfigError> {
    Ok(LoginLimits {
        pair: read(environment, "LIMIT_PAIR", "10/900")?,
        account: read(environment, "LIMIT_ACCOUNT", "100/3600")?,
        address: read(environment, "LIMIT_ADDRESS", "300/900")?,
    })
}

/// `LIMIT_SIGNUP`; 100 an hour by default.
pub fn read_signup_limit(environment: &Environment) -> Result<Option<Limit>, ConfigError> {
    read(environment, "LIMIT_SIGNUP", "100/3600")
}

fn read(environment: &Environment, variable: &'static str, default: &str) -> Result<Option<Limit>, ConfigError> {
    let value = environment.get(variable).unwrap_or(default);
    if value == OFF {
        return Ok(None);
    }
    Limit::parse(value).map(Some).ok_or_else(|| {
        let expected = "<count>/<seconds>, the seconds from 1 to 86400, or 0 for no limit";
        ConfigError::invalid(variable, value, expected, default)
    })
}
