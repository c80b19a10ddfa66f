//! Devise, for Rails: rows of `users`. Hashes that were made with a `pepper` verify no password here.
//!
//! <https://github.com/heartcombo/devise>

use shared::domain::PasswordHash;

use super::Format;
use crate::operator::users::import::record::{Password, Record};
use crate::operator::users::import::rows::Row;

/// Users.
#[derive(Debug)]
pub(super) struct Devise;

impl Format for Devise {
    fn record(&self, row: Row) -> Result<Option<Record>, String> {
        // A model without :confirmable has no such column, and proves nothing.
        let confirmed = row.confirmed("confirmed_at")?;
        Ok(Some(Record {
            id: row.text("id", "id"),
            email: row.text("email", "email"),
            email_verified: confirmed,
            name: row.text("name", "name"),
            created_at: row.moment("created_at", "created_at")?,
            password: Password::of(
                row.text("password", "encrypted_password").map(|hash| PasswordHash::import(&hash)),
                row.has("password", "encrypted_password"),
            ),
            disabled: row.disabled("disabled")?,
            ..Record::default()
        }))
    }
}
