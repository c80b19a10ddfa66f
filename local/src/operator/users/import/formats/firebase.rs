//! Firebase: `firebase auth:export users.json`, and the project's `hash_config`.
//!
//! <https://firebase.google.com/docs/cli/auth>

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use shared::domain::{FirebaseHashConfig, UnreadableHash};

use super::Format;
use crate::operator::CommandError;
use crate::operator::users::import::record::{ForeignIdentity, Password, Record};
use crate::operator::users::import::rows::Row;

/// Users, and what the hashes of their passwords were made with.
#[derive(Debug)]
pub(super) struct Firebase {
    config: Option<FirebaseHashConfig>,
}

impl Firebase {
    pub(super) fn read(passwords: Option<&Path>) -> Result<Self, CommandError> {
        let Some(path) = passwords else { return Ok(Self { config: None }) };
        let failed = |reason: String| {
            CommandError::new(format!(
                "cannot read the hash_config in {}: {reason}. Copy all of it from the console: Authentication, Users, Password \
                 hash parameters",
                path.display()
            ))
        };
        let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        let parameters = parameters(&text);
        let parameter = |name: &str| parameters.get(name).copied().ok_or_else(|| failed(format!("it has no {name}")));
        let number = |name: &str| {
            let number = parameter(name)?.parse();
            number.map_err(|_not_a_number| failed(format!("its {name} is not a number")))
        };
        let (key, separator) = (parameter("base64_signer_key")?, parameter("base64_salt_separator")?);
        let config = FirebaseHashConfig::new(key, separator, number("rounds")?, number("mem_cost")?);
        config.map(|config| Self { config: Some(config) }).map_err(|error| failed(error.to_string()))
    }
}

/// The parameters, one on each line as `name: value,`.
fn parameters(text: &str) -> HashMap<&str, &str> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.map(|(name, value)| (stripped(name), stripped(value))).collect()
}

fn stripped(part: &str) -> &str {
    part.trim().trim_end_matches(',').trim().trim_matches('"')
}

impl Format for Firebase {
    fn record(&self, row: Row) -> Result<Option<Record>, String> {
        let hash = match (row.text("password", "passwordHash"), row.text("salt", "salt"), &self.config) {
            (None, _, _) => None,
            (Some(_), _, None) => Some(Err(UnreadableHash::NoParameters)),
            (Some(hash), salt, Some(config)) => Some(config.import(&salt.unwrap_or_default(), &hash)),
        };
        let providers = row.objects("identities", "providerUserInfo");
        let identities = providers.iter().filter_map(|identity| {
            let provider = identity.text("provider", "providerId")?;
            let subject = identity.text("subject", "rawId")?;
            let is_provider = !matches!(provider.as_str(), "password" | "phone");
            is_provider.then_some(ForeignIdentity { provider, issuer: None, subject })
        });
        Ok(Some(Record {
            id: row.text("id", "localId"),
            email: row.text("email", "email"),
            email_verified: row.flag("email_verified", "emailVerified")?.unwrap_or_default(),
            name: row.text("name", "displayName"),
            created_at: row.moment("created_at", "createdAt")?,
            password: Password::of(hash, true),
            disabled: row.disabled("disabled")?,
            claims: row.object("claims", "customAttributes")?.unwrap_or_default(),
            identities: identities.collect(),
            ..Record::default()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::parameters;

    #[test]
    fn parameters_are_read_as_the_console_shows_them_and_as_json() {
        let console =
            "hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: jx+/Wg==,\n  rounds: 8,\n  mem_cost: 14,\n}\n";
        let json = "{\n  \"algorithm\": \"SCRYPT\",\n  \"base64_signer_key\": \"jx+/Wg==\",\n  \"rounds\": 8,\n  \"mem_cost\": 14\n}";
        for text in [console, json] {
            let parameters = parameters(text);
            for (name, value) in [("base64_signer_key", "jx+/Wg=="), ("rounds", "8"), ("mem_cost", "14")] {
                assert_eq!(parameters.get(name), Some(&value), "{text}");
            }
        }
    }
}
