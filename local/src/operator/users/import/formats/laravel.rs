//! Laravel: rows of `users`.
//!
//! <https://laravel.com/docs/12.x/hashing>

use shared::domain::PasswordHash;

use super::Format;
use crate::operator::users::import::record::{Password, Record};
use crate::operator::users::import::rows::Row;

/// Users.
#[derive(Debug)]
pub(super) struct Laravel;

impl Format for Laravel {
    fn record(&self, row: Row) -> Result<Option<Record>, String> {
        Ok(Some(Record {
            id: row.text("id", "id"),
            email: row.text("email", "email"),
            email_verified: row.confirmed("email_verified_at")?,
            name: row.text("name", "name"),
            created_at: row.moment("created_at", "created_at")?,
            password: Password::of(
                row.text("password", "password").map(|hash| PasswordHash::import(&hash)),
                row.has("password", "password"),
            ),
            disabled: row.disabled("disabled")?,
            is_deleted: row.moment("deleted_at", "deleted_at")?.is_some(),
            ..Record::default()
        }))
    }
}
