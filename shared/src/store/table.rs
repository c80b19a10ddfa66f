//! One table, read and written by key.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};

use super::error::unavailable;
use super::item::{Item, string};
use super::{Expression, TableSpec};
use crate::domain::StoreError;
use crate::environment::{ConfigError, Environment};

const CONDITION_FAILED: &str = "ConditionalCheckFailedException";

/// A table. Every read is consistent.
#[derive(Clone, Debug)]
pub struct Table {
    client: Client,
    name: String,
    spec: &'static TableSpec,
}

impl Table {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client, spec: &'static TableSpec) -> Result<Self, ConfigError> {
        let example = spec.name_in("latchkey");
        let name = environment.required(spec.variable, "the name of a DynamoDB table", &example)?;
        Ok(Self { client: client.clone(), name: name.to_owned(), spec })
    }

    /// The table's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// The key of an item, as requests name it.
    pub(super) fn key(&self, key: &str) -> HashMap<String, AttributeValue> {
        HashMap::from([(self.spec.key.to_owned(), string(key))])
    }

    /// The write happens only if no item of this table has its key.
    #[must_use]
    pub fn if_absent(&self) -> Expression {
        Expression::if_absent(self.spec.key)
    }

    /// The item with this key, as it is now.
    pub async fn get(&self, key: &str) -> Result<Option<Item<'_>>, StoreError> {
        let get = self.client.get_item().table_name(&self.name).set_key(Some(self.key(key))).consistent_read(true);
        let output = get.send().await.map_err(|error| unavailable("GetItem", &self.name, error))?;
        Ok(output.item.map(|attributes| Item::new(&self.name, attributes)))
    }

    /// Puts an item, which holds its key. `false` if the condition did not hold, and nothing was written.
    pub async fn put(
        &self,
        item: HashMap<String, AttributeValue>,
        expression: &Expression,
    ) -> Result<bool, StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .set_condition_expression(expression.condition.clone())
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values());
        self.done("PutItem", put.send().await)
    }

    /// Updates the item with this key. `false` if the condition did not hold, and nothing was written.
    pub async fn update(&self, key: &str, expression: &Expression) -> Result<bool, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(self.key(key)))
            .set_update_expression(expression.update.clone())
            .set_condition_expression(expression.condition.clone())
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values());
        self.done("UpdateItem", update.send().await)
    }

    /// Updates the item with this key, making it if there is none, and returns what the update set. The expression has no
    /// condition.
    pub async fn update_and_get(&self, key: &str, expression: &Expression) -> Result<Item<'_>, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(self.key(key)))
            .set_update_expression(expression.update.clone())
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .return_values(ReturnValue::UpdatedNew);
        let output = update.send().await.map_err(|error| unavailable("UpdateItem", &self.name, error))?;
        Ok(Item::new(&self.name, output.attributes.unwrap_or_default()))
    }

    /// Deletes the item with this key. `false` if the condition did not hold, and nothing was deleted.
    pub async fn delete(&self, key: &str, expression: &Expression) -> Result<bool, StoreError> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(self.key(key)))
            .set_condition_expression(expression.condition.clone())
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values());
        self.done("DeleteItem", delete.send().await)
    }

    fn done<T, E, R>(&self, operation: &'static str, sent: Result<T, SdkError<E, R>>) -> Result<bool, StoreError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let Err(error) = sent else { return Ok(true) };
        match error.as_service_error().and_then(ProvideErrorMetadata::code) {
            Some(CONDITION_FAILED) => Ok(false),
            _ => Err(unavailable(operation, &self.name, error)),
        }
    }
}
