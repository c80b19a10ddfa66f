//! The names of the tables.

use super::{ConfigError, Environment};

const EXPECTED: &str = "the name of a DynamoDB table";

/// `USERS_TABLE`.
pub fn read_users_table(environment: &Environment) -> Result<String, ConfigError> {
    read(environment, "USERS_TABLE", "latchkey-users")
}

/// `CREDENTIALS_TABLE`.
pub fn read_credentials_table(environment: &Environment) -> Result<String, ConfigError> {
    read(environment, "CREDENTIALS_TABLE", "latchkey-credentials")
}

/// `ATTEMPTS_TABLE`.
pub fn read_attempts_table(environment: &Environment) -> Result<String, ConfigError> {
    read(environment, "ATTEMPTS_TABLE", "latchkey-attempts")
}

/// `SIGNING_KEYS_TABLE`.
pub fn read_signing_keys_table(environment: &Environment) -> Result<String, ConfigError> {
    read(environment, "SIGNING_KEYS_TABLE", "latchkey-signing-keys")
}

/// `PUBLIC_KEYS_TABLE`.
pub fn read_public_keys_table(environment: &Environment) -> Result<String, ConfigError> {
    read(environment, "PUBLIC_KEYS_TABLE", "latchkey-public-keys")
}

fn read(environment: &Environment, variable: &'static str, example: &str) -> Result<String, ConfigError> {
    environment.required(variable, EXPECTED, example).map(str::to_owned)
}
