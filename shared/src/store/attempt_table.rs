//! Attempts.

use async_trait::async_trait;

use super::item::number;
use super::{Client, Expression, Table, schema};
use crate::attempts::{AttemptStore, Counter};
use crate::domain::StoreError;
use crate::environment::{ConfigError, Environment};

/// The table of counters.
#[derive(Clone, Debug)]
pub struct AttemptTable(Table);

impl AttemptTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Table::read(environment, client, &schema::ATTEMPTS).map(Self)
    }
}

#[async_trait]
impl AttemptStore for AttemptTable {
    /// A call that the SDK repeats after a lost response counts twice: it errs on the side of fewer attempts.
    async fn add(&self, counter: &Counter) -> Result<u64, StoreError> {
        let add_one = Expression::new()
            .update("ADD #count :one SET #expires_at = :expires_at")
            .name("#count", schema::COUNT)
            .name("#expires_at", schema::EXPIRES_AT)
            .value(":one", number(1))
            .value(":expires_at", number(counter.expires_at()));
        self.0.update_and_get(counter.bucket(), &add_one).await?.number(schema::COUNT)
    }

    async fn count(&self, counter: &Counter) -> Result<u64, StoreError> {
        match self.0.get(counter.bucket()).await? {
            Some(item) => item.number(schema::COUNT),
            None => Ok(0),
        }
    }
}
