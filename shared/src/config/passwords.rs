//! Which passwords are accepted, and how much work their hashes are.

use super::{ConfigError, Environment};
use crate::domain::{PasswordHasher, PasswordHasherParams, PasswordPolicy};

/// `PASSWORD_MIN_LENGTH`, in characters; 8 by default.
pub fn read_password_policy(environment: &Environment) -> Result<PasswordPolicy, ConfigError> {
    const VARIABLE: &str = "PASSWORD_MIN_LENGTH";

    let lowest = PasswordPolicy::LOWEST_MIN_CHARS;
    let min_chars = environment.at_least(VARIABLE, lowest, lowest, "characters")?;
    PasswordPolicy::new(min_chars).ok_or_else(|| {
        ConfigError::invalid(VARIABLE, &min_chars.to_string(), "a whole number of characters from 8 to 128", "15")
    })
}

/// `ARGON2_MEMORY_KIB` and `ARGON2_PASSES`; OWASP's minimum by default, which is also the floor.
pub fn read_password_hasher(environment: &Environment) -> Result<PasswordHasher, ConfigError> {
    const MEMORY: &str = "ARGON2_MEMORY_KIB";

    let lowest = PasswordHasherParams::LOWEST;
    let memory_kib = environment.at_least(MEMORY, lowest.memory_kib, lowest.memory_kib, "KiB")?;
    let passes = environment.at_least("ARGON2_PASSES", lowest.passes, lowest.passes, "passes")?;
    PasswordHasher::new(PasswordHasherParams { memory_kib, passes }).ok_or_else(|| {
        let expected =
            format!("a whole number of KiB from {} to {}", lowest.memory_kib, PasswordHasherParams::MOST_MEMORY_KIB);
        ConfigError::invalid(MEMORY, &memory_kib.to_string(), expected, "19456")
    })
}
