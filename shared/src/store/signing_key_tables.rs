//! `SigningKeys` and `PublicKeys`, for signers.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::PutBuilder;
use aws_sdk_dynamodb::types::{Get, Put, TransactGetItem, TransactWriteItem};

use super::error::unavailable;
use super::item::{Item, number, secret, string, timestamp};
use super::schema;
use super::transaction::{Conflicts, condition_failed};
use crate::config::{ConfigError, Environment, read_public_keys_table, read_signing_keys_table};
use crate::domain::StoreError;
use crate::keys::{KeyRepairStore, PublicKeyRecord, SigningKeyRecord, SigningKeyStore, StoredHalves, StoredVersions};

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

    fn put_private(&self, stored: Option<u64>, record: &SigningKeyRecord) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.signing_keys)
            .item(schema::KEYS_ID_KEY, string(schema::KEYS_ID))
            .item(schema::VERSION, number(record.version))
            .item(schema::CURRENT_SINCE, timestamp(record.current_since))
            .item(schema::CURRENT, secret(&record.current))
            .item(schema::NEXT, secret(&record.next))
            .item(schema::DIGEST_KEY, secret(&record.digest_key));
        let put = match &record.previous {
            Some(previous) => put.item(schema::PREVIOUS, secret(previous)),
            None => put,
        };
        put_in_place_of(stored, put)
    }

    fn put_public(&self, stored: Option<u64>, record: &PublicKeyRecord) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.public_keys)
            .item(schema::KEYS_ID_KEY, string(schema::KEYS_ID))
            .item(schema::VERSION, number(record.version))
            .item(schema::JWKS, string(&record.jwks));
        put_in_place_of(stored, put)
    }

    /// Both halves, private and public, are read in one transaction: read one after the other, a set that is written in
    /// between would look like half a set.
    async fn read_halves(&self) -> Result<(Option<Item<'_>>, Option<Item<'_>>), StoreError> {
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
        let mut half = |table| halves.next().flatten().map(|attributes| Item::new(table, attributes));
        Ok((half(&self.signing_keys), half(&self.public_keys)))
    }
}

impl SigningKeyStore for SigningKeyTables {
    async fn signing_keys(&self) -> Result<Option<SigningKeyRecord>, StoreError> {
        match self.read_halves().await? {
            (None, None) => Ok(None),
            (Some(private), Some(public)) => {
                let public_version = public.number(schema::VERSION)?;
                let record = read_private(private)?;
                if record.version != public_version {
                    return Err(StoreError::Corrupt(format!(
                        "{} hold halves of different key sets; `keys repair` makes a new set",
                        self.both()
                    )));
                }
                Ok(Some(record))
            }
            (Some(_), None) => Err(half_a_set(&self.signing_keys)),
            (None, Some(_)) => Err(half_a_set(&self.public_keys)),
        }
    }

    async fn replace_keys(
        &self,
        stored: StoredVersions,
        private: &SigningKeyRecord,
        public: &PublicKeyRecord,
    ) -> Result<bool, StoreError> {
        let private = self.put_private(stored.private, private)?;
        let public = self.put_public(stored.public, public)?;
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

impl KeyRepairStore for SigningKeyTables {
    async fn halves(&self) -> Result<StoredHalves, StoreError> {
        let (private, public) = self.read_halves().await?;
        let version = |half: &Option<Item<'_>>| half.as_ref().map(|half| half.optional_number(schema::VERSION));
        let versions = StoredVersions {
            private: version(&private).transpose()?.flatten(),
            public: version(&public).transpose()?.flatten(),
        };
        let digest_key = private.map(|mut private| private.optional_secret(schema::DIGEST_KEY)).transpose()?.flatten();
        Ok(StoredHalves { versions, digest_key })
    }
}

/// Puts an item in the place of the one with the version `stored`, or, where that is `None`, where no version is.
fn put_in_place_of(stored: Option<u64>, put: PutBuilder) -> Result<TransactWriteItem, StoreError> {
    let put = match stored {
        Some(version) => {
            put.condition_expression("#version = :stored").expression_attribute_values(":stored", number(version))
        }
        None => put.condition_expression("attribute_not_exists(#version)"),
    };
    let put = put.expression_attribute_names("#version", schema::VERSION).build().map_err(incomplete)?;
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
    StoreError::Corrupt(format!(
        "only table {table} holds the key set, and its other half is gone; `keys repair` makes a new set"
    ))
}

fn incomplete(error: BuildError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
