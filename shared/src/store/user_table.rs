//! Users, for showing them and for ending their tokens.

use async_trait::async_trait;

use super::item::timestamp;
use super::{Client, Expression, Table, schema};
use crate::clock::Timestamp;
use crate::domain::{Name, StoreError, TokenEndStore, User, UserId, UserStore};
use crate::environment::{ConfigError, Environment};

/// The table of users.
#[derive(Clone, Debug)]
pub struct UserTable(Table);

impl UserTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Table::read(environment, client, &schema::USERS).map(Self)
    }
}

#[async_trait]
impl UserStore for UserTable {
    async fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        let Some(mut item) = self.0.get(id.as_str()).await? else { return Ok(None) };
        Ok(Some(User {
            id: UserId::from_trusted(item.string(schema::USERS.key)?),
            name: item.optional_string(schema::NAME)?.map(Name::from_trusted),
            email: item.optional_string(schema::EMAIL)?,
            created_at: item.timestamp(schema::CREATED_AT)?,
            tokens_valid_after: item.optional_timestamp(schema::TOKENS_VALID_AFTER)?,
        }))
    }
}

#[async_trait]
impl TokenEndStore for UserTable {
    async fn end_tokens(&self, id: &UserId, at: Timestamp) -> Result<(), StoreError> {
        let end = Expression::new()
            .update("SET #after = :at")
            .condition("attribute_exists(#key) AND (attribute_not_exists(#after) OR #after < :at)")
            .name("#key", schema::USERS.key)
            .name("#after", schema::TOKENS_VALID_AFTER)
            .value(":at", timestamp(at));
        self.0.update(id.as_str(), &end).await.map(|_ended| ())
    }
}
