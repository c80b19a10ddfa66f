//! Which passwords are accepted, and how much work their hashes are.

use super::{ConfigError, Environment};
use crate::domain::{PasswordHasher, PasswordHasherParams, PasswordPolicy};

/// `PASSWORD_MIN_LENGTH`, in characters; 8 by default.
pub fn read_password_policy(environment: &Environment) -> Result<PasswordPolicy, ConfigError> {
    let lowest = PasswordPolicy::LOWEST_MIN_CHARS;
    let bounds = lowest..=PasswordPolicy::HIGHEST_MIN_CHARS;
    environment.within("PASSWORD_MIN_LENGTH", bounds, lowest, "characters", PasswordPolicy::new)
}

/// `ARGON2_MEMORY_KIB` and `ARGON2_PASSES`; OWASP's minimum by default, which is also the floor.
pub fn read_password_hasher(environment: &Environment) -> Result<PasswordHasher, ConfigError> {
    let lowest = PasswordHasherParams::LOWEST;
    let passes = environment.at_least("ARGON2_PASSES", lowest.passes, lowest.passes, "passes")?;
    let bounds = lowest.memory_kib..=PasswordHasherParams::MOST_MEMORY_KIB;
    environment.within("ARGON2_MEMORY_KIB", bounds, lowest.memory_kib, "KiB", |memory_kib| {
        PasswordHasher::new(PasswordHasherParams { memory_kib, passes })
    })
}
