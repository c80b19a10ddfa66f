//! Supabase: rows of `auth.users`, with `identities` as JSON if they are to be linked.
//!
//! docs/moving.md has the query.

use serde_json::{Map, Value};
use shared::clock::Timestamp;
use shared::domain::PasswordHash;

use super::Format;
use crate::operator::users::import::record::{Disabled, ForeignIdentity, Password, Record};
use crate::operator::users::import::rows::Row;

/// What Supabase itself writes beside the app's own metadata.
const OWN: [&str; 2] = ["provider", "providers"];

/// Users, some of whom may be banned until a time after now.
#[derive(Debug)]
pub(super) struct Supabase {
    pub(super) now: Timestamp,
}

impl Format for Supabase {
    fn record(&self, row: Row) -> Result<Option<Record>, String> {
        let mut claims: Map<String, Value> = row.object("claims", "raw_app_meta_data")?.unwrap_or_default();
        claims.retain(|name, _value| !OWN.contains(&name.as_str()));
        let about_user = row.object("user_metadata", "raw_user_meta_data")?.map(Row::of).unwrap_or_default();
        let name = about_user.text("name", "full_name").or_else(|| about_user.text("name", "name"));
        let identities = row.objects("identities", "identities");
        let identities = identities.iter().filter_map(|identity| {
            let provider = identity.text("provider", "provider")?;
            let subject = identity.text("subject", "provider_id")?;
            (provider != "email" && provider != "phone").then_some(ForeignIdentity { provider, issuer: None, subject })
        });
        Ok(Some(Record {
            id: row.text("id", "id"),
            email: row.text("email", "email"),
            email_verified: row.confirmed("email_confirmed_at")?,
            name: row.text("name", "name").or(name),
            created_at: row.moment("created_at", "created_at")?,
            password: Password::of(
                row.text("password", "encrypted_password").map(|hash| PasswordHash::import(&hash)),
                row.has("password", "encrypted_password"),
            ),
            disabled: self.disabled(&row)?,
            claims,
            identities: identities.collect(),
            is_deleted: row.moment("deleted_at", "deleted_at")?.is_some(),
            ..Record::default()
        }))
    }
}

impl Supabase {
    /// PostgreSQL has a time after every other.
    fn disabled(&self, row: &Row) -> Result<Disabled, String> {
        let (ours, theirs) = ("disabled", "banned_until");
        if row.value(ours, theirs).is_some_and(|value| value == "infinity") {
            return Ok(Disabled::Yes);
        }
        Ok(Disabled::of(row.moment(ours, theirs)?.is_some_and(|until| until > self.now)))
    }
}
