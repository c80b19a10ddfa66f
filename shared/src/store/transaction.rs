//! Transactions, over any tables.

use std::collections::HashMap;
use std::fmt;

use aws_lc_rs::rand;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Get, Put, TransactGetItem, TransactWriteItem, Update,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::conflicts::Conflicts;
use super::error::{cancelled, unavailable};
use super::item::Item;
use super::{Expression, Table};
use crate::domain::StoreError;

const CONDITION_FAILED: &str = "ConditionalCheckFailed";
const CONFLICT: &str = "TransactionConflict";

/// Writes that all happen or do not. One that meets another transaction is sent again.
pub struct Transaction {
    client: Client,
    token: Option<String>,
    tables: Vec<String>,
    actions: Vec<TransactWriteItem>,
}

/// What became of a transaction.
#[derive(Debug, PartialEq, Eq)]
pub enum Sent {
    /// Everything was written.
    Written,
    /// Nothing was written: the conditions of these actions, counted from 0, did not hold.
    Refused(Vec<usize>),
}

impl Transaction {
    /// Without actions.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone(), token: None, tables: Vec::new(), actions: Vec::new() }
    }

    /// The transaction's client token, of at most 36 characters. Whatever is sent again, by the SDK after a lost response
    /// or here after a conflict, is then the same transaction to DynamoDB: one that went through is not refused the second
    /// time as somebody else's.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// A client token of its own, for a transaction that has nothing else to be known by.
    #[must_use]
    pub fn with_random_token(self) -> Self {
        let mut token = [0; 16];
        match rand::fill(&mut token) {
            Ok(()) => self.with_token(&URL_SAFE_NO_PAD.encode(token)),
            // Without randomness it goes without.
            Err(_unspecified) => self,
        }
    }

    /// How many actions it has.
    pub(super) fn length(&self) -> usize {
        self.actions.len()
    }

    /// Puts an item, which holds its key.
    pub fn put(
        self,
        table: &Table,
        item: HashMap<String, AttributeValue>,
        expression: &Expression,
    ) -> Result<Self, StoreError> {
        let put = Put::builder()
            .table_name(table.name())
            .set_item(Some(item))
            .set_condition_expression(expression.condition.clone())
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values());
        let put = put.build().map_err(incomplete)?;
        Ok(self.and(table, TransactWriteItem::builder().put(put).build()))
    }

    /// Updates the item with this key.
    pub fn update(self, table: &Table, key: &str, expression: &Expression) -> Result<Self, StoreError> {
        let update = Update::builder()
            .table_name(table.name())
            .set_key(Some(table.key(key)))
            .set_update_expression(expression.update.clone())
            .set_condition_expression(expression.condition.clone())
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values());
        let update = update.build().map_err(incomplete)?;
        Ok(self.and(table, TransactWriteItem::builder().update(update).build()))
    }

    /// Deletes the item with this key.
    pub fn delete(self, table: &Table, key: &str, expression: &Expression) -> Result<Self, StoreError> {
        let delete = Delete::builder()
            .table_name(table.name())
            .set_key(Some(table.key(key)))
            .set_condition_expression(expression.condition.clone())
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values());
        let delete = delete.build().map_err(incomplete)?;
        Ok(self.and(table, TransactWriteItem::builder().delete(delete).build()))
    }

    /// Writes nothing, and refuses the transaction if the condition does not hold for the item with this key.
    pub fn check(self, table: &Table, key: &str, expression: &Expression) -> Result<Self, StoreError> {
        let check = ConditionCheck::builder()
            .table_name(table.name())
            .set_key(Some(table.key(key)))
            .set_condition_expression(expression.condition.clone())
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values());
        let check = check.build().map_err(incomplete)?;
        Ok(self.and(table, TransactWriteItem::builder().condition_check(check).build()))
    }

    /// Sends the transaction.
    pub async fn send(self) -> Result<Sent, StoreError> {
        let mut conflicts = Conflicts::none_yet();
        loop {
            let request = self.client.transact_write_items().set_client_request_token(self.token.clone());
            let Err(error) = request.set_transact_items(Some(self.actions.clone())).send().await else {
                return Ok(Sent::Written);
            };
            if let Some(TransactWriteItemsError::TransactionCanceledException(exception)) = error.as_service_error() {
                let reasons = exception.cancellation_reasons();
                let refused = refused(reasons);
                if !refused.is_empty() {
                    return Ok(Sent::Refused(refused));
                }
                if met_another(reasons) && conflicts.worth_another_try().await {
                    continue;
                }
                return Err(cancelled("TransactWriteItems", &self.tables.join(" and "), reasons));
            }
            return Err(unavailable("TransactWriteItems", &self.tables.join(" and "), error));
        }
    }

    fn and(mut self, table: &Table, action: TransactWriteItem) -> Self {
        self.tables.push(table.name().to_owned());
        self.actions.push(action);
        self
    }
}

/// An item may hold a secret, so the debug form shows the tables alone.
impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("tables", &self.tables).finish_non_exhaustive()
    }
}

/// The items with these keys, one of each table, as they are at one moment: read one after the other, items that are
/// written in between would not fit together.
pub async fn get_together<'t, const N: usize>(
    gets: [(&'t Table, &str); N],
) -> Result<[Option<Item<'t>>; N], StoreError> {
    let Some((first, _key)) = gets.first() else { return Ok(std::array::from_fn(|_| None)) };
    let mut actions = Vec::new();
    for (table, key) in gets {
        let get = Get::builder().table_name(table.name()).set_key(Some(table.key(key))).build().map_err(incomplete)?;
        actions.push(TransactGetItem::builder().get(get).build());
    }
    let mut conflicts = Conflicts::none_yet();
    let output = loop {
        let request = first.client().transact_get_items().set_transact_items(Some(actions.clone()));
        let error = match request.send().await {
            Ok(output) => break output,
            Err(error) => error,
        };
        if let Some(TransactGetItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
            && met_another(cancelled.cancellation_reasons())
            && conflicts.worth_another_try().await
        {
            continue;
        }
        let mut tables = gets.map(|(table, _key)| table.name()).to_vec();
        tables.sort_unstable();
        tables.dedup();
        return Err(unavailable("TransactGetItems", &tables.join(" and "), error));
    };
    let mut items = output.responses.unwrap_or_default().into_iter().map(|response| response.item);
    Ok(gets.map(|(table, _key)| items.next().flatten().map(|attributes| Item::new(table.name(), attributes))))
}

/// Whether another transaction was in the way.
fn met_another(reasons: &[CancellationReason]) -> bool {
    reasons.iter().any(|reason| reason.code() == Some(CONFLICT))
}

/// The actions whose conditions failed.
fn refused(reasons: &[CancellationReason]) -> Vec<usize> {
    let failed = reasons.iter().enumerate().filter(|(_index, reason)| reason.code() == Some(CONDITION_FAILED));
    failed.map(|(index, _reason)| index).collect()
}

fn incomplete(error: BuildError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
