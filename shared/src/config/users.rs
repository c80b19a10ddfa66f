//! What users are known by.

use super::{ConfigError, Environment};
use crate::domain::UserIdKind;

/// `USER_IDS`; `uuid` by default.
pub fn read_user_id_kind(environment: &Environment) -> Result<UserIdKind, ConfigError> {
    const VARIABLE: &str = "USER_IDS";

    match environment.get(VARIABLE) {
        None | Some("uuid") => Ok(UserIdKind::Uuid),
        Some("integer") => Ok(UserIdKind::Integer),
        Some(value) => Err(ConfigError::invalid(VARIABLE, value, "uuid or integer", "uuid")),
    }
}
