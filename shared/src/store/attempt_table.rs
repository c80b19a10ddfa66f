//! Attempts.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::ReturnValue;

use super::error::unavailable;
use super::item::{Item, number, string};
use super::schema;
use super::table::Table;
use crate::attempts::{AttemptStore, Counter};
use crate::config::{ConfigError, Environment, read_attempts_table};
use crate::domain::StoreError;

/// The table of counters.
#[derive(Clone, Debug)]
pub struct AttemptTable(Table);

impl AttemptTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        let name = read_attempts_table(environment)?;
        Ok(Self(Table { client: client.clone(), name, key: schema::ATTEMPT_BUCKET_KEY }))
    }
}

impl AttemptStore for AttemptTable {
    /// A call that the SDK repeats after a lost answer counts twice: it errs on the side of fewer attempts.
    async fn add(&self, counter: &Counter) -> Result<u64, StoreError> {
        let Table { client, name, key } = &self.0;
        let output = client
            .update_item()
            .table_name(name)
            .key(*key, string(counter.bucket()))
            .update_expression("ADD #count :one SET #expires_at = :expires_at")
            .expression_attribute_names("#count", schema::ATTEMPT_COUNT)
            .expression_attribute_names("#expires_at", schema::ATTEMPT_EXPIRES_AT)
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":expires_at", number(counter.expires_at()))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .map_err(|error| unavailable("UpdateItem", name, error))?;
        Item::new(name, output.attributes.unwrap_or_default()).number(schema::ATTEMPT_COUNT)
    }

    async fn count(&self, counter: &Counter) -> Result<u64, StoreError> {
        match self.0.get(counter.bucket()).await? {
            Some(item) => item.number(schema::ATTEMPT_COUNT),
            None => Ok(0),
        }
    }
}
