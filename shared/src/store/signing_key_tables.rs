//! `SigningKeys` and `PublicKeys`, for signers.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Get, Put, TransactGetItem, TransactWriteItem};

use super::error::unavailable;
use super::item::{Item, number, secret, string, timestamp};
use super::schema;
use super::transaction::{Conflicts, condition_failed};
use crate::config::{ConfigError, Environment, read_public_keys_table, read_signing_keys_table};
use crate::domain::StoreError;
use crate::keys::{PublicKeyRecord, SigningKeyRecord, SigningKeyStore};

/// The tables of both halves of the key set.
#[derive(Clone, Debug)]
pub struct SigningKeyTables {
    client: Client,
    signing_keys: String,
    public_keys: String,
}

impl SigningKeyTables {
    /// The tables that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            client: client.clone(),
            signing_keys: read_signing_keys_table(environment)?,
            public_keys: read_public_keys_table(environment)?,
        })
    }

    /// Both names, for errors.
    fn both(&self) -> String {
        format!("{} and {}", self.signing_keys, self.public_keys)
    }

    fn get(table: &str) -> Result<TransactGetItem, StoreError> {
        let key = string(schema::KEYS_ID);
        let get = Get::builder().table_name(table).key(schema::KEYS_ID_KEY, key).build().map_err(incomplete)?;
        Ok(TransactGetItem::builder().get(get).build())
    }

    fn put_private(&self, record: &SigningKeyRecord) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.signing_keys)
            .item(schema::KEYS_ID_KEY, string(schema::KEYS_ID))
            .item(schema::VERSION, number(record.version))
            .item(schema::CURRENT_SINCE, timestamp(record.current_since))
            .item(schema::CURRENT, secret(&record.current))
            .item(schema::NEXT, secret(&record.next))
            .item(schema::DIGEST_KEY, secret(&record.digest_key));
        put_if_absent(match &record.previous {
            Some(previous) => put.item(schema::PREVIOUS, secret(previous)),
            None => put,
        })
    }

    fn put_public(&self, record: &PublicKeyRecord) -> Result<TransactWriteItem, StoreError> {
        put_if_absent(
            Put::builder()
                .table_name(&self.public_keys)
                .item(schema::KEYS_ID_KEY, string(schema::KEYS_ID))
                .item(schema::VERSION, number(record.version))
                .item(schema::JWKS, string(&record.jwks)),
        )
    }
}

impl SigningKeyStore for SigningKeyTables {
    /// Both halves are read in one transaction: read one after the other, a set that is made in between would look
    /// like half a set.
    async fn signing_keys(&self) -> Result<Option<SigningKeyRecord>, StoreError> {
        let (private, public) = (Self::get(&self.signing_keys)?, Self::get(&self.public_keys)?);
        let mut conflicts = Conflicts::none_yet();
        let output = loop {
            let request = self.client.transact_get_items().transact_items(private.clone());
            let error = match request.transact_items(public.clone()).send().await {
                Ok(output) => break output,
                Err(error) => error,
            };
            if let Some(TransactGetItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
                && conflicts.worth_another_try(cancelled.cancellation_reasons()).await
            {
                continue;
            }
            return Err(unavailable("TransactGetItems", &self.both(), error));
        };
        let mut halves = output.responses.unwrap_or_default().into_iter().map(|half| half.item);
        match (halves.next().flatten(), halves.next().flatten()) {
            (None, None) => Ok(None),
            (Some(private), Some(_public)) => read_private(Item::new(&self.signing_keys, private)).map(Some),
            (Some(_), None) => Err(half_a_set(&self.signing_keys)),
            (None, Some(_)) => Err(half_a_set(&self.public_keys)),
        }
    }

    async fn create_keys(&self, private: &SigningKeyRecord, public: &PublicKeyRecord) -> Result<bool, StoreError> {
        let (private, public) = (self.put_private(private)?, self.put_public(public)?);
        let mut conflicts = Conflicts::none_yet();
        loop {
            let request = self.client.transact_write_items().transact_items(private.clone());
            let Err(error) = request.transact_items(public.clone()).send().await else { return Ok(true) };
            if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() {
                let reasons = cancelled.cancellation_reasons();
                if condition_failed(reasons, 0) || condition_failed(reasons, 1) {
                    return Ok(false);
                }
                if conflicts.worth_another_try(reasons).await {
                    continue;
                }
            }
            return Err(unavailable("TransactWriteItems", &self.both(), error));
        }
    }
}

fn put_if_absent(put: aws_sdk_dynamodb::types::builders::PutBuilder) -> Result<TransactWriteItem, StoreError> {
    let put = put
        .condition_expression("attribute_not_exists(#key)")
        .expression_attribute_names("#key", schema::KEYS_ID_KEY)
        .build()
        .map_err(incomplete)?;
    Ok(TransactWriteItem::builder().put(put).build())
}

fn read_private(mut item: Item<'_>) -> Result<SigningKeyRecord, StoreError> {
    Ok(SigningKeyRecord {
        version: item.number(schema::VERSION)?,
        current_since: item.timestamp(schema::CURRENT_SINCE)?,
        previous: item.optional_secret(schema::PREVIOUS)?,
        current: item.secret(schema::CURRENT)?,
        next: item.secret(schema::NEXT)?,
        digest_key: item.secret(schema::DIGEST_KEY)?,
    })
}

fn half_a_set(table: &str) -> StoreError {
    StoreError::Corrupt(format!("only table {table} holds the key set, and its other half is gone"))
}

fn incomplete(error: BuildError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
