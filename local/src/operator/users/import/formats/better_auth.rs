//! Better Auth: rows of `user`, joined with those of `account` whose `providerId` is `credential`.
//!
//! docs/moving.md has the query.

use shared::domain::PasswordHash;

use super::Format;
use crate::operator::users::import::record::{ForeignIdentity, Password, Record};
use crate::operator::users::import::rows::Row;

/// Users.
#[derive(Debug)]
pub(super) struct BetterAuth;

impl Format for BetterAuth {
    fn record(&self, row: Row) -> Result<Option<Record>, String> {
        let accounts = row.objects("identities", "accounts");
        let identities = accounts.iter().filter_map(|identity| {
            let provider = identity.text("provider", "providerId")?;
            let subject = identity.text("subject", "accountId")?;
            (provider != "credential").then_some(ForeignIdentity { provider, issuer: None, subject })
        });
        Ok(Some(Record {
            id: row.text("id", "id"),
            email: row.text("email", "email"),
            email_verified: row.flag("email_verified", "emailVerified")?.unwrap_or_default(),
            name: row.text("name", "name"),
            created_at: row.moment("created_at", "createdAt")?,
            password: Password::of(
                row.text("password", "password").map(|hash| PasswordHash::import_from_better_auth(&hash)),
                row.has("password", "password"),
            ),
            disabled: row.disabled("banned")?,
            identities: identities.collect(),
            ..Record::default()
        }))
    }
}
