//! Latchkey: what `users export` wrote.

use std::cell::Cell;

use serde_json::Value;
use shared::clock::Timestamp;
use shared::domain::PasswordHash;

use super::Format;
use crate::operator::users::account_line::AccountLine;
use crate::operator::users::import::record::{Disabled, ForeignIdentity, Password, Record};
use crate::operator::users::import::rows::Row;

/// Users, behind whom a line says that they are all there.
#[derive(Debug, Default)]
pub(super) struct LatchkeyExport {
    read: Cell<u64>,
    /// How many users the line at the end speaks of.
    complete: Cell<Option<u64>>,
}

impl Format for LatchkeyExport {
    fn record(&self, row: Row) -> Result<Option<Record>, String> {
        let row = row.into_value();
        if row.get("complete") == Some(&Value::Bool(true)) {
            self.complete.set(row.get("users").and_then(Value::as_u64));
            return Ok(None);
        }
        self.read.set(self.read.get() + 1);
        let refused = |_error| "it is not a line of `users export`".to_owned();
        let line: AccountLine = serde_json::from_value(row).map_err(refused)?;
        let identities = line.identities.into_iter().map(|identity| ForeignIdentity {
            provider: identity.provider,
            issuer: Some(identity.issuer),
            subject: identity.subject,
        });
        Ok(Some(Record {
            id: Some(line.id).filter(|id| !id.is_empty()),
            email: line.email,
            email_verified: line.email_verified,
            name: line.name,
            created_at: line.created_at.map(Timestamp::from_millis),
            password: Password::of(line.password_hash.map(|hash| PasswordHash::import_from_latchkey(&hash)), true),
            is_legacy: line.legacy,
            disabled: line.disabled_at.map_or(Disabled::No, |at| Disabled::Since(Timestamp::from_millis(at))),
            claims: line.claims,
            profile: line.profile,
            identities: identities.collect(),
            is_deleted: false,
        }))
    }

    fn end(&self) -> Option<String> {
        let read = self.read.take();
        match self.complete.take() {
            None => Some("it has no line that says it is complete: export again".to_owned()),
            Some(users) if users != read => Some(format!("it has {read} of {users} users: export again")),
            Some(_) => None,
        }
    }
}
