//! `PublicKeys`, for verifiers.

use async_trait::async_trait;

use super::{Client, Table, schema};
use crate::domain::StoreError;
use crate::environment::{ConfigError, Environment};
use crate::keys::{PublicKeyRecord, PublicKeyStore};

/// The table of the public key set.
#[derive(Clone, Debug)]
pub struct PublicKeyTable(Table);

impl PublicKeyTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Table::read(environment, client, &schema::PUBLIC_KEYS).map(Self)
    }
}

#[async_trait]
impl PublicKeyStore for PublicKeyTable {
    async fn public_keys(&self) -> Result<Option<PublicKeyRecord>, StoreError> {
        let Some(mut item) = self.0.get(schema::KEYS_ID).await? else { return Ok(None) };
        Ok(Some(PublicKeyRecord { version: item.number(schema::VERSION)?, jwks: item.string(schema::JWKS)? }))
    }
}
