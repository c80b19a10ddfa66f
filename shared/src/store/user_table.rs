//! Users, for showing them and for ending their tokens.

use async_trait::async_trait;

use super::item::timestamp;
use super::session_item::sessions_value;
use super::user_item::read_user;
use super::{Client, Expression, Table, schema};
use crate::clock::Timestamp;
use crate::domain::{Sessions, StoreError, TokenEndStore, User, UserId, UserStore};
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
        self.0.get(id.as_str()).await?.map(read_user).transpose()
    }
}

#[async_trait]
impl TokenEndStore for UserTable {
    async fn end_tokens(&self, id: &UserId, at: Timestamp) -> Result<(), StoreError> {
        let end = |condition: &str| {
            Expression::new()
                .condition(format!("attribute_exists(#key){condition}"))
                .name("#key", schema::USERS.key)
                .name("#sessions", schema::SESSIONS)
                .value(":none", sessions_value(&Sessions::default()))
        };
        let all = end(" AND (attribute_not_exists(#after) OR #after < :at)")
            .update("SET #after = :at, #sessions = :none REMOVE #ended")
            .name("#after", schema::TOKENS_VALID_AFTER)
            .name("#ended", schema::ENDED)
            .value(":at", timestamp(at));
        if !self.0.update(id.as_str(), &all).await? {
            self.0.update(id.as_str(), &end("").update("SET #sessions = :none")).await?;
        }
        Ok(())
    }
}
