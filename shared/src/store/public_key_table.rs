//! `PublicKeys`, for verifiers.

use aws_sdk_dynamodb::Client;

use super::error::unavailable;
use super::item::{Item, string};
use super::schema;
use crate::config::{ConfigError, Environment, read_public_keys_table};
use crate::domain::StoreError;
use crate::keys::{PublicKeyRecord, PublicKeyStore};

/// The table of the public key set.
#[derive(Clone, Debug)]
pub struct PublicKeyTable {
    client: Client,
    table: String,
}

impl PublicKeyTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self { client: client.clone(), table: read_public_keys_table(environment)? })
    }
}

impl PublicKeyStore for PublicKeyTable {
    async fn public_keys(&self) -> Result<Option<PublicKeyRecord>, StoreError> {
        let output = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(schema::KEYS_ID_KEY, string(schema::KEYS_ID))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| unavailable("GetItem on PublicKeys", error))?;
        let Some(attributes) = output.item else { return Ok(None) };
        let mut item = Item::new(&self.table, attributes);
        Ok(Some(PublicKeyRecord { version: item.number(schema::VERSION)?, jwks: item.string(schema::JWKS)? }))
    }
}
