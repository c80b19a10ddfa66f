//! Users, for showing them and for ending their tokens.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;

use super::error::unavailable;
use super::item::{Item, string, timestamp};
use super::schema;
use crate::clock::Timestamp;
use crate::config::{ConfigError, Environment, read_users_table};
use crate::domain::{Name, StoreError, User, UserId, UserStore};

/// The table of users.
#[derive(Clone, Debug)]
pub struct UserTable {
    client: Client,
    table: String,
}

impl UserTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self { client: client.clone(), table: read_users_table(environment)? })
    }
}

impl UserStore for UserTable {
    async fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        let output = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(schema::USER_ID_KEY, string(id.as_str()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| unavailable("GetItem on Users", error))?;
        let Some(attributes) = output.item else { return Ok(None) };
        let mut item = Item::new(&self.table, attributes);
        let name = item.string(schema::NAME)?;
        Ok(Some(User {
            id: UserId::from_trusted(item.string(schema::USER_ID_KEY)?),
            name: Name::parse(&name).map_err(|_invalid| item.corrupt(schema::NAME))?,
            email: item.string(schema::EMAIL)?,
            created_at: item.timestamp(schema::CREATED_AT)?,
            tokens_valid_after: item.optional_timestamp(schema::TOKENS_VALID_AFTER)?,
        }))
    }

    async fn end_tokens(&self, id: &UserId, at: Timestamp) -> Result<(), StoreError> {
        let sent = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(schema::USER_ID_KEY, string(id.as_str()))
            .update_expression("SET #after = :at")
            .condition_expression("attribute_exists(#key) AND (attribute_not_exists(#after) OR #after < :at)")
            .expression_attribute_names("#key", schema::USER_ID_KEY)
            .expression_attribute_names("#after", schema::TOKENS_VALID_AFTER)
            .expression_attribute_values(":at", timestamp(at))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error)
                if matches!(error.as_service_error(), Some(UpdateItemError::ConditionalCheckFailedException(_))) =>
            {
                Ok(())
            }
            Err(error) => Err(unavailable("UpdateItem on Users", error)),
        }
    }
}
