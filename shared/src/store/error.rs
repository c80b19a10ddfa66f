//! What a failed call to DynamoDB means.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::CancellationReason;
use thiserror::Error;

use crate::domain::StoreError;

/// What DynamoDB calls it if it is asked for more than a table is ready for: by a call, and by an action of a transaction.
const THROTTLED: [&str; 5] = [
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
];

/// A failed call, for the log. DynamoDB's own message is left out: it may repeat a key, and a key may be an email
/// address.
#[derive(Debug, Error)]
#[error("{operation} on {tables} failed ({})", code.as_deref().unwrap_or("no answer"))]
struct CallError {
    operation: &'static str,
    tables: String,
    code: Option<String>,
    #[source]
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The call gave no answer, or one that says to come back later. A refusal for any other reason (no such table, no
/// right to it) is a deployment that is not in order, which from here looks the same and heals the same way.
pub(super) fn unavailable<E, R>(operation: &'static str, tables: &str, error: SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).map(str::to_owned);
    let source = if code.is_some() { None } else { error.into_source().ok() };
    let is_throttled = code.as_deref().is_some_and(|code| THROTTLED.contains(&code));
    failed(CallError { operation, tables: tables.to_owned(), code, source }, is_throttled)
}

/// The transaction was cancelled for these reasons, none of which is a condition.
pub(super) fn cancelled(operation: &'static str, tables: &str, reasons: &[CancellationReason]) -> StoreError {
    let codes = reasons.iter().filter_map(CancellationReason::code).filter(|code| *code != "None");
    let codes: Vec<_> = codes.collect();
    let is_throttled = codes.iter().any(|code| THROTTLED.contains(code));
    let code = format!("cancelled for {}", codes.join(" and "));
    failed(CallError { operation, tables: tables.to_owned(), code: Some(code), source: None }, is_throttled)
}

fn failed(error: CallError, is_throttled: bool) -> StoreError {
    let error = Box::new(error);
    if is_throttled { StoreError::Throttled(error) } else { StoreError::Unavailable(error) }
}

/// An item does not look as this program writes it.
pub(super) fn corrupt(table: &str, attribute: &str) -> StoreError {
    StoreError::Corrupt(format!("table {table}, attribute {attribute}"))
}
