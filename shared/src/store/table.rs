//! One table, read and written by key.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};

use super::conflicts::Conflicts;
use super::error::unavailable;
use super::item::{Item, string};
use super::{Expression, TableSpec};
use crate::domain::StoreError;
use crate::environment::{ConfigError, Environment};

const CONDITION_FAILED: &str = "ConditionalCheckFailedException";
/// Another transaction holds the item.
const CONFLICT: &str = "TransactionConflictException";

/// What became of an update.
#[derive(Debug)]
pub enum Updated<'t> {
    /// The whole item as it is now.
    Done(Item<'t>),
    /// The condition did not hold, and nothing was written. The whole item as it is, if there is one.
    Refused(Option<Item<'t>>),
}

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

    /// The name of the attribute that is the key.
    pub(super) fn key_name(&self) -> &'static str {
        self.spec.key
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

    /// Whether there is an item with this key. Of the item, only its key is read.
    pub async fn exists(&self, key: &str) -> Result<bool, StoreError> {
        let get = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(self.key(key)))
            .consistent_read(true)
            .projection_expression("#key")
            .expression_attribute_names("#key", self.spec.key);
        let output = get.send().await.map_err(|error| unavailable("GetItem", &self.name, error))?;
        Ok(output.item.is_some())
    }

    /// The key of every item. No function may do that.
    pub(super) async fn keys(&self) -> Result<Vec<String>, StoreError> {
        let scan = self.client.scan().table_name(&self.name).consistent_read(true).projection_expression("#key");
        let mut items = scan.expression_attribute_names("#key", self.spec.key).into_paginator().items().send();
        let mut keys = Vec::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| unavailable("Scan", &self.name, error))?;
            keys.push(Item::new(&self.name, item).string(self.spec.key)?);
        }
        Ok(keys)
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
        self.done("PutItem", sent(|| put.clone().send()).await)
    }

    /// Updates the item with this key. `false` if the condition did not hold, and nothing was written.
    pub async fn update(&self, key: &str, expression: &Expression) -> Result<bool, StoreError> {
        self.done("UpdateItem", sent(|| self.update_item(key, expression).send()).await)
    }

    /// Updates the item with this key, making it if there is none, and returns what the update set. The expression has no
    /// condition.
    pub async fn update_and_get(&self, key: &str, expression: &Expression) -> Result<Item<'_>, StoreError> {
        let update = || self.update_item(key, expression).return_values(ReturnValue::UpdatedNew).send();
        let output = sent(update).await.map_err(|error| unavailable("UpdateItem", &self.name, error))?;
        Ok(self.item(output.attributes))
    }

    /// Updates the item with this key, and returns all of it, whether the condition held or not.
    pub async fn update_and_get_all(&self, key: &str, expression: &Expression) -> Result<Updated<'_>, StoreError> {
        let update = || {
            self.update_item(key, expression)
                .return_values(ReturnValue::AllNew)
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .send()
        };
        match sent(update).await {
            Ok(output) => Ok(Updated::Done(self.item(output.attributes))),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Updated::Refused(refused.item.clone().map(|item| self.item(Some(item)))))
                }
                _ => Err(unavailable("UpdateItem", &self.name, error)),
            },
        }
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
        self.done("DeleteItem", sent(|| delete.clone().send()).await)
    }

    fn update_item(&self, key: &str, expression: &Expression) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(self.key(key)))
            .set_update_expression(expression.update.clone())
            .set_condition_expression(expression.condition.clone())
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
    }

    fn item(&self, attributes: Option<HashMap<String, AttributeValue>>) -> Item<'_> {
        Item::new(&self.name, attributes.unwrap_or_default())
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

/// Sends a write, and sends it again if a transaction held its item.
async fn sent<T, E, R, F>(request: impl Fn() -> F) -> Result<T, SdkError<E, R>>
where
    E: ProvideErrorMetadata,
    F: Future<Output = Result<T, SdkError<E, R>>>,
{
    let mut conflicts = Conflicts::none_yet();
    loop {
        let outcome = request().await;
        let code = outcome.as_ref().err().and_then(SdkError::as_service_error).and_then(ProvideErrorMetadata::code);
        if code != Some(CONFLICT) || !conflicts.worth_another_try().await {
            return outcome;
        }
    }
}
