//! Auth0: a user export job, and the file of hashes that its support gives on request.
//!
//! <https://auth0.com/docs/manage-users/user-migration/bulk-user-exports>

use std::collections::HashMap;
use std::path::Path;

use shared::domain::PasswordHash;

use super::Format;
use crate::operator::CommandError;
use crate::operator::users::import::record::{ForeignIdentity, Password, Record};
use crate::operator::users::import::rows::{self, Row};

/// What ids of the database connection begin with. Behind it stands the id in the file of hashes.
const PREFIX: &str = "auth0|";

/// Users, and the hashes of their passwords by the ids behind `auth0|`.
#[derive(Debug)]
pub(super) struct Auth0 {
    has_file: bool,
    hashes: HashMap<String, String>,
}

impl Auth0 {
    /// All hashes are in memory: about 150 bytes for each user.
    pub(super) fn read(passwords: Option<&Path>) -> Result<Self, CommandError> {
        let Some(path) = passwords else { return Ok(Self { has_file: false, hashes: HashMap::new() }) };
        let failed =
            |reason: String| CommandError::new(format!("cannot read the hashes in {}: {reason}", path.display()));
        let mut hashes = HashMap::new();
        for row in rows::open(path, None).map_err(|error| failed(error.to_string()))? {
            let row = row.map_err(|unreadable| failed(unreadable.into_reason()))?;
            let id =
                row.object("id", "_id").map_err(failed)?.and_then(|id| id.get("$oid")?.as_str().map(str::to_owned));
            if let (Some(id), Some(hash)) = (id, row.text("password", "passwordHash")) {
                hashes.insert(id, hash);
            }
        }
        Ok(Self { has_file: true, hashes })
    }
}

impl Format for Auth0 {
    fn record(&self, row: Row) -> Result<Option<Record>, String> {
        let id = row.text("id", "user_id");
        let in_rows = row.text("password", "passwordHash");
        let by_id = || self.hashes.get(id.as_deref()?.strip_prefix(PREFIX)?).cloned();
        let hash = in_rows.or_else(by_id);
        let identities = row.objects("identities", "identities");
        let social =
            identities.iter().filter(|identity| matches!(identity.flag("isSocial", "isSocial"), Ok(Some(true))));
        let identities = social.filter_map(|identity| {
            Some(ForeignIdentity {
                provider: identity.text("provider", "provider")?,
                issuer: None,
                subject: identity.text("user_id", "user_id")?,
            })
        });
        Ok(Some(Record {
            email: row.text("email", "email"),
            email_verified: row.flag("email_verified", "email_verified")?.unwrap_or_default(),
            name: row.text("name", "name"),
            created_at: row.moment("created_at", "created_at")?,
            password: Password::of(hash.map(|hash| PasswordHash::import(&hash)), self.has_file),
            disabled: row.disabled("blocked")?,
            claims: row.object("claims", "app_metadata")?.unwrap_or_default(),
            identities: identities.collect(),
            id,
            ..Record::default()
        }))
    }
}
