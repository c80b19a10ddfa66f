//! `PublicKeys`, for verifiers.

use aws_sdk_dynamodb::Client;

use super::schema;
use super::table::Table;
use crate::config::{ConfigError, Environment, read_public_keys_table};
use crate::domain::StoreError;
use crate::keys::{PublicKeyRecord, PublicKeyStore};

/// The table of the public key set.
#[derive(Clone, Debug)]
pub struct PublicKeyTable(Table);

impl PublicKeyTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        let name = read_public_keys_table(environment)?;
        Ok(Self(Table { client: client.clone(), name, key: schema::KEYS_ID_KEY }))
    }
}

impl PublicKeyStore for PublicKeyTable {
    async fn public_keys(&self) -> Result<Option<PublicKeyRecord>, StoreError> {
        let Some(mut item) = self.0.get(schema::KEYS_ID).await? else { return Ok(None) };
        Ok(Some(PublicKeyRecord { version: item.number(schema::VERSION)?, jwks: item.string(schema::JWKS)? }))
    }
}
