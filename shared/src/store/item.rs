//! Reading the attributes of an item.

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use secrecy::{ExposeSecret as _, SecretSlice};

use super::error::corrupt;
use crate::clock::Timestamp;
use crate::domain::StoreError;

/// An item and the table it came from, which errors name.
pub struct Item<'t> {
    pub(super) table: &'t str,
    attributes: HashMap<String, AttributeValue>,
}

impl<'t> Item<'t> {
    pub(super) fn new(table: &'t str, attributes: HashMap<String, AttributeValue>) -> Self {
        Self { table, attributes }
    }

    /// The string in this attribute.
    pub fn string(&mut self, attribute: &str) -> Result<String, StoreError> {
        self.optional_string(attribute)?.ok_or_else(|| corrupt(self.table, attribute))
    }

    /// The string in this attribute, if there is one.
    pub fn optional_string(&mut self, attribute: &str) -> Result<Option<String>, StoreError> {
        match self.attributes.remove(attribute) {
            None => Ok(None),
            Some(AttributeValue::S(text)) => Ok(Some(text)),
            Some(_) => Err(corrupt(self.table, attribute)),
        }
    }

    /// The list of strings in this attribute, empty if there is none.
    pub fn strings(&mut self, attribute: &str) -> Result<Vec<String>, StoreError> {
        let Some(list) = self.attributes.remove(attribute) else { return Ok(Vec::new()) };
        let AttributeValue::L(values) = list else { return Err(corrupt(self.table, attribute)) };
        let strings = values.into_iter().map(|value| match value {
            AttributeValue::S(text) => Ok(text),
            _ => Err(corrupt(self.table, attribute)),
        });
        strings.collect()
    }

    /// The strings of the set in this attribute, none if it is absent.
    pub(super) fn string_set(&mut self, attribute: &str) -> Result<Vec<String>, StoreError> {
        match self.attributes.remove(attribute) {
            None => Ok(Vec::new()),
            Some(AttributeValue::Ss(texts)) => Ok(texts),
            Some(_) => Err(corrupt(self.table, attribute)),
        }
    }

    /// The boolean in this attribute, `false` if it is absent.
    pub(super) fn flag(&self, attribute: &str) -> Result<bool, StoreError> {
        match self.attributes.get(attribute) {
            None => Ok(false),
            Some(AttributeValue::Bool(flag)) => Ok(*flag),
            Some(_) => Err(corrupt(self.table, attribute)),
        }
    }

    /// The map in this attribute, from names to values, if there is one.
    pub(super) fn optional_map(
        &mut self,
        attribute: &str,
    ) -> Result<Option<HashMap<String, AttributeValue>>, StoreError> {
        match self.attributes.remove(attribute) {
            None => Ok(None),
            Some(AttributeValue::M(map)) => Ok(Some(map)),
            Some(_) => Err(corrupt(self.table, attribute)),
        }
    }

    /// The maps in the map in this attribute, by their names; none if it is absent. Each is read like an item.
    pub(super) fn items(&mut self, attribute: &str) -> Result<Vec<(String, Item<'t>)>, StoreError> {
        let map = self.optional_map(attribute)?.unwrap_or_default();
        let items = map.into_iter().map(|(name, value)| match value {
            AttributeValue::M(attributes) => Ok((name, Item::new(self.table, attributes))),
            _ => Err(corrupt(self.table, attribute)),
        });
        items.collect()
    }

    /// The names of the attributes that were not read yet.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.keys().map(String::as_str)
    }

    /// The number in this attribute.
    pub fn number(&self, attribute: &str) -> Result<u64, StoreError> {
        self.optional_number(attribute)?.ok_or_else(|| corrupt(self.table, attribute))
    }

    /// The time in this attribute, kept in milliseconds since the Unix epoch.
    pub fn timestamp(&self, attribute: &str) -> Result<Timestamp, StoreError> {
        self.number(attribute).map(Timestamp::from_millis)
    }

    /// The time in this attribute, if there is one.
    pub fn optional_timestamp(&self, attribute: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.optional_number(attribute)?.map(Timestamp::from_millis))
    }

    /// The secret bytes in this attribute.
    pub fn secret(&mut self, attribute: &str) -> Result<SecretSlice<u8>, StoreError> {
        self.optional_secret(attribute)?.ok_or_else(|| corrupt(self.table, attribute))
    }

    /// The secret bytes in this attribute, if there are any.
    pub fn optional_secret(&mut self, attribute: &str) -> Result<Option<SecretSlice<u8>>, StoreError> {
        match self.attributes.remove(attribute) {
            None => Ok(None),
            Some(AttributeValue::B(blob)) => Ok(Some(blob.into_inner().into())),
            Some(_) => Err(corrupt(self.table, attribute)),
        }
    }

    /// An error that names this item's table.
    pub(super) fn corrupt(&self, attribute: &str) -> StoreError {
        corrupt(self.table, attribute)
    }

    /// The number in this attribute, if there is one.
    pub fn optional_number(&self, attribute: &str) -> Result<Option<u64>, StoreError> {
        match self.attributes.get(attribute) {
            None => Ok(None),
            Some(AttributeValue::N(digits)) => {
                digits.parse().map(Some).map_err(|_not_whole| corrupt(self.table, attribute))
            }
            Some(_) => Err(corrupt(self.table, attribute)),
        }
    }
}

/// An item may hold a secret, so its debug form shows no values.
impl fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item").field("table", &self.table).finish_non_exhaustive()
    }
}

/// A DynamoDB string.
pub(super) fn string(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A DynamoDB list of strings.
pub(super) fn strings<'s>(values: impl IntoIterator<Item = &'s str>) -> AttributeValue {
    AttributeValue::L(values.into_iter().map(string).collect())
}

/// A DynamoDB set of strings. It has at least one.
pub(super) fn string_set<'s>(values: impl IntoIterator<Item = &'s str>) -> AttributeValue {
    AttributeValue::Ss(values.into_iter().map(str::to_owned).collect())
}

/// A DynamoDB number.
pub(super) fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A time as a DynamoDB number, in milliseconds since the Unix epoch.
pub(super) fn timestamp(value: Timestamp) -> AttributeValue {
    number(value.as_millis())
}

/// Secret bytes as a DynamoDB binary.
pub(super) fn secret(value: &SecretSlice<u8>) -> AttributeValue {
    AttributeValue::B(Blob::new(value.expose_secret()))
}
