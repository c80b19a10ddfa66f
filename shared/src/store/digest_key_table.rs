//! `DigestKeys`, for functions that do not sign.

use std::collections::HashMap;

use async_trait::async_trait;

use super::item::{Item, secret, string};
use super::{Client, Table, schema};
use crate::domain::StoreError;
use crate::environment::{ConfigError, Environment};
use crate::keys::{DigestKeyRecord, DigestKeyStore};

/// The table of the digest keys.
#[derive(Clone, Debug)]
pub struct DigestKeyTable(Table);

impl DigestKeyTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Table::read(environment, client, &schema::DIGEST_KEYS).map(Self)
    }

    /// The table, to be read together with others.
    pub(super) fn table(&self) -> &Table {
        &self.0
    }

    /// Puts the keys if there are none.
    pub(super) async fn add(&self, record: &DigestKeyRecord) -> Result<(), StoreError> {
        let item = HashMap::from([
            (schema::DIGEST_KEYS.key.to_owned(), string(schema::KEYS_ID)),
            (schema::DIGEST_KEY.to_owned(), secret(&record.digest_key)),
            (schema::CODE_KEY.to_owned(), secret(&record.code_key)),
        ]);
        self.0.put(item, &self.0.if_absent()).await.map(|_added| ())
    }
}

#[async_trait]
impl DigestKeyStore for DigestKeyTable {
    async fn digest_keys(&self) -> Result<Option<DigestKeyRecord>, StoreError> {
        self.0.get(schema::KEYS_ID).await?.map(read_digest_keys).transpose()
    }
}

pub(super) fn read_digest_keys(mut item: Item<'_>) -> Result<DigestKeyRecord, StoreError> {
    Ok(DigestKeyRecord { digest_key: item.secret(schema::DIGEST_KEY)?, code_key: item.secret(schema::CODE_KEY)? })
}
