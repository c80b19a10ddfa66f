//! Xano: the table of users as CSV, or as its API gives it. It gives no hashes.

use super::Format;
use crate::operator::users::import::record::Record;
use crate::operator::users::import::rows::Row;

/// Users.
#[derive(Debug)]
pub(super) struct Xano;

impl Format for Xano {
    fn record(&self, row: Row) -> Result<Option<Record>, String> {
        Ok(Some(Record {
            id: row.text("id", "id"),
            email: row.text("email", "email"),
            email_verified: row.flag("email_verified", "email_verified")?.unwrap_or_default(),
            name: row.text("name", "name"),
            created_at: row.moment("created_at", "created_at")?,
            disabled: row.disabled("disabled")?,
            ..Record::default()
        }))
    }
}
