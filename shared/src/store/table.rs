//! One table, read and updated by key.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;

use super::error::unavailable;
use super::item::{Item, string};
use crate::domain::StoreError;

/// A table whose partition key is a string.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) client: Client,
    pub(super) name: String,
    pub(super) key: &'static str,
}

impl Table {
    /// The item with this key, as it is now.
    pub(super) async fn get(&self, key: &str) -> Result<Option<Item<'_>>, StoreError> {
        let output = self
            .client
            .get_item()
            .table_name(&self.name)
            .key(self.key, string(key))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| unavailable("GetItem", &self.name, error))?;
        Ok(output.item.map(|attributes| Item::new(&self.name, attributes)))
    }

    /// Updates the item with this key as `describe` says. Nothing happens where its condition does not hold.
    pub(super) async fn update(
        &self,
        key: &str,
        describe: impl FnOnce(UpdateItemFluentBuilder) -> UpdateItemFluentBuilder,
    ) -> Result<(), StoreError> {
        let update = self.client.update_item().table_name(&self.name).key(self.key, string(key));
        let Err(error) = describe(update).send().await else { return Ok(()) };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(()),
            _ => Err(unavailable("UpdateItem", &self.name, error)),
        }
    }
}
