//! Users, for showing them and for ending their tokens.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;

use super::item::timestamp;
use super::schema;
use super::table::Table;
use crate::clock::Timestamp;
use crate::config::{ConfigError, Environment, read_users_table};
use crate::domain::{Name, StoreError, User, UserId, UserStore};

/// The table of users.
#[derive(Clone, Debug)]
pub struct UserTable(Table);

impl UserTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        let name = read_users_table(environment)?;
        Ok(Self(Table { client: client.clone(), name, key: schema::USER_ID_KEY }))
    }
}

impl UserStore for UserTable {
    async fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        let Some(mut item) = self.0.get(id.as_str()).await? else { return Ok(None) };
        let name = item.optional_string(schema::NAME)?;
        let name = name.map(|name| Name::parse(&name).map_err(|_invalid| item.corrupt(schema::NAME)));
        Ok(Some(User {
            id: UserId::from_trusted(item.string(schema::USER_ID_KEY)?),
            name: name.transpose()?,
            email: item.string(schema::EMAIL)?,
            created_at: item.timestamp(schema::CREATED_AT)?,
            tokens_valid_after: item.optional_timestamp(schema::TOKENS_VALID_AFTER)?,
        }))
    }

    async fn end_tokens(&self, id: &UserId, at: Timestamp) -> Result<(), StoreError> {
        let describe = |update: UpdateItemFluentBuilder| {
            update
                .update_expression("SET #after = :at")
                .condition_expression("attribute_exists(#key) AND (attribute_not_exists(#after) OR #after < :at)")
                .expression_attribute_names("#key", schema::USER_ID_KEY)
                .expression_attribute_names("#after", schema::TOKENS_VALID_AFTER)
                .expression_attribute_values(":at", timestamp(at))
        };
        self.0.update(id.as_str(), describe).await
    }
}
