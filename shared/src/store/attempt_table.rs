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
        self.0.update_and_get(counter.bucket(), &add_one(counter)).await?.number(schema::COUNT)
    }

    /// A repeated call counts twice here too, or finds that it was the last one below the limit and is refused.
    async fn add_below_limit(&self, counter: &Counter) -> Result<bool, StoreError> {
        self.0.update(counter.bucket(), &add_one_below_limit(counter)).await
    }

    /// A counter that is gone or stands at 0 stays so.
    async fn take_back(&self, counter: &Counter) -> Result<(), StoreError> {
        let take_one = Expression::new()
            .update("SET #count = #count - :one")
            .condition("#count > :zero")
            .name("#count", schema::COUNT)
            .value(":one", number(1))
            .value(":zero", number(0));
        self.0.update(counter.bucket(), &take_one).await.map(drop)
    }

    async fn count(&self, counter: &Counter) -> Result<u64, StoreError> {
        match self.0.get(counter.bucket()).await? {
            Some(item) => item.number(schema::COUNT),
            None => Ok(0),
        }
    }
}

/// Adds one to a counter that stands below its limit. A transaction may hold this update, so that a first use and what comes
/// of it are written together.
pub(super) fn add_one_below_limit(counter: &Counter) -> Expression {
    add_one(counter).condition("attribute_not_exists(#count) OR #count < :most").value(":most", number(counter.most()))
}

/// Adds one, and says when the counter may be forgotten.
fn add_one(counter: &Counter) -> Expression {
    Expression::new()
        .update("ADD #count :one SET #expires_at = :expires_at")
        .name("#count", schema::COUNT)
        .name("#expires_at", schema::EXPIRES_AT)
        .value(":one", number(1))
        .value(":expires_at", number(counter.expires_at()))
}
