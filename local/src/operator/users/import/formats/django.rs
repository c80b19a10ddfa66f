//! Django: rows of `auth_user`, or of a model of the app's own with the same fields.
//!
//! <https://docs.djangoproject.com/en/5.2/topics/auth/passwords/>

use shared::domain::PasswordHash;

use super::Format;
use crate::operator::users::import::record::{Password, Record};
use crate::operator::users::import::rows::Row;

/// Users.
#[derive(Debug)]
pub(super) struct Django;

impl Format for Django {
    fn record(&self, row: Row) -> Result<Option<Record>, String> {
        let names = [row.text("first_name", "first_name"), row.text("last_name", "last_name")];
        let whole = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Ok(Some(Record {
            id: row.text("id", "id"),
            email: row.text("email", "email"),
            email_verified: row.flag("email_verified", "email_verified")?.unwrap_or_default(),
            name: row.text("name", "name").or((!whole.is_empty()).then_some(whole)),
            created_at: row.moment("created_at", "date_joined")?,
            password: Password::of(
                row.text("password", "password").map(|hash| PasswordHash::import_from_django(&hash)),
                row.has("password", "password"),
            ),
            disabled: row.disabled_unless("is_active")?,
            ..Record::default()
        }))
    }
}
