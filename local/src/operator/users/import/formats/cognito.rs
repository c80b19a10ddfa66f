//! Amazon Cognito: `aws cognito-idp list-users`. It never gives hashes.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html>

use serde_json::Value;

use super::Format;
use crate::operator::users::import::record::{ForeignIdentity, Record};
use crate::operator::users::import::rows::Row;

/// Users.
#[derive(Debug)]
pub(super) struct Cognito;

impl Format for Cognito {
    /// Attributes of users are no claims: an app client may let users write their own.
    fn record(&self, row: Row) -> Result<Option<Record>, String> {
        let pairs = row
            .objects("attributes", "Attributes")
            .into_iter()
            .filter_map(|pair| Some((pair.text("Name", "Name")?, Value::String(pair.text("Value", "Value")?))));
        let attributes = Row::of(pairs.collect());
        let attribute = |name: &str| attributes.text(name, name);
        let identities = attributes.objects("identities", "identities");
        let identities = identities.iter().filter_map(|identity| {
            Some(ForeignIdentity {
                provider: identity.text("providerType", "providerType")?,
                issuer: None,
                subject: identity.text("userId", "userId")?,
            })
        });
        Ok(Some(Record {
            id: row.text("id", "sub").or_else(|| attribute("sub")),
            email: row.text("email", "email").or_else(|| attribute("email")),
            email_verified: attributes.flag("email_verified", "email_verified")?.unwrap_or_default(),
            name: row.text("name", "name").or_else(|| attribute("name")),
            created_at: row.moment("created_at", "UserCreateDate")?,
            disabled: row.disabled_unless("Enabled")?,
            identities: identities.collect(),
            ..Record::default()
        }))
    }
}
