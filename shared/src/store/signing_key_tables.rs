//! `SigningKeys`, `PublicKeys` and `DigestKeys`, for signers.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use secrecy::SecretSlice;

use super::digest_key_table::read_digest_keys;
use super::item::{Item, number, secret, string, timestamp};
use super::{Client, DigestKeyTable, Expression, Sent, Table, Transaction, get_together, schema};
use crate::domain::StoreError;
use crate::environment::{ConfigError, Environment};
use crate::keys::{
    DigestKeyRecord, DigestKeyStore, KeyRepairStore, PublicKeyRecord, RefreshKeyWrite, SigningKeyRecord,
    SigningKeyStore, StoredHalves, StoredVersions,
};

/// The tables of both halves of the key set, and that of what functions which do not sign get of it.
#[derive(Clone, Debug)]
pub struct SigningKeyTables {
    signing: Table,
    public: Table,
    digest: DigestKeyTable,
}

impl SigningKeyTables {
    /// The tables that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            signing: Table::read(environment, client, &schema::SIGNING_KEYS)?,
            public: Table::read(environment, client, &schema::PUBLIC_KEYS)?,
            digest: DigestKeyTable::read(environment, client)?,
        })
    }

    /// Both halves, private and public, the refresh key and the digest keys, as they are at one moment: read one after the
    /// other, a set that is written in between would look like half a set.
    async fn read_all(&self) -> Result<[Option<Item<'_>>; 4], StoreError> {
        get_together([
            (&self.signing, schema::KEYS_ID),
            (&self.public, schema::KEYS_ID),
            (&self.signing, schema::REFRESH_KEY_ID),
            (self.digest.table(), schema::KEYS_ID),
        ])
        .await
    }
}

#[async_trait]
impl SigningKeyStore for SigningKeyTables {
    async fn signing_keys(&self) -> Result<Option<SigningKeyRecord>, StoreError> {
        match self.read_all().await? {
            [None, None, _, _] => Ok(None),
            [Some(private), Some(public), refresh, digest] => {
                let public_version = public.number(schema::VERSION)?;
                let record = read_private(private, refresh, digest)?;
                if record.version != public_version {
                    return Err(StoreError::Corrupt(format!(
                        "{} and {} hold halves of different key sets; `keys repair` makes a new set",
                        self.signing.name(),
                        self.public.name()
                    )));
                }
                Ok(Some(record))
            }
            [Some(_), None, _, _] => Err(half_a_set(self.signing.name())),
            [None, Some(_), _, _] => Err(half_a_set(self.public.name())),
        }
    }

    async fn replace_keys(
        &self,
        stored: StoredVersions,
        private: &SigningKeyRecord,
        public: &PublicKeyRecord,
        refresh_key: RefreshKeyWrite,
    ) -> Result<bool, StoreError> {
        let mut change = Transaction::new(self.signing.client())
            .put(&self.signing, private_item(private), &in_place_of(stored.private))?
            .put(&self.public, public_item(public), &in_place_of(stored.public))?;
        if let (RefreshKeyWrite::Renewed, Some(key)) = (refresh_key, &private.refresh_key) {
            change = change.put(&self.signing, refresh_key_item(key), &Expression::new())?;
        }
        Ok(change.send().await? == Sent::Written)
    }

    async fn add_refresh_key(&self, refresh_key: &SecretSlice<u8>) -> Result<(), StoreError> {
        let absent = self.signing.if_absent();
        self.signing.put(refresh_key_item(refresh_key), &absent).await.map(|_added| ())
    }

    async fn add_digest_keys(&self, digest_keys: &DigestKeyRecord) -> Result<(), StoreError> {
        self.digest.add(digest_keys).await
    }
}

#[async_trait]
impl DigestKeyStore for SigningKeyTables {
    async fn digest_keys(&self) -> Result<Option<DigestKeyRecord>, StoreError> {
        self.digest.digest_keys().await
    }
}

#[async_trait]
impl KeyRepairStore for SigningKeyTables {
    async fn halves(&self) -> Result<StoredHalves, StoreError> {
        let [private, public, _refresh, digest] = self.read_all().await?;
        let version = |half: &Option<Item<'_>>| half.as_ref().map(|half| half.optional_number(schema::VERSION));
        let versions = StoredVersions {
            private: version(&private).transpose()?.flatten(),
            public: version(&public).transpose()?.flatten(),
        };
        let digest_key = |item: Option<Item<'_>>| {
            item.map(|mut item| item.optional_secret(schema::DIGEST_KEY)).transpose().map(Option::flatten)
        };
        Ok(StoredHalves { versions, digest_key: digest_key(private)?.or(digest_key(digest)?) })
    }
}

fn private_item(record: &SigningKeyRecord) -> HashMap<String, AttributeValue> {
    let mut item = HashMap::from([
        (schema::SIGNING_KEYS.key.to_owned(), string(schema::KEYS_ID)),
        (schema::VERSION.to_owned(), number(record.version)),
        (schema::CURRENT_SINCE.to_owned(), timestamp(record.current_since)),
        (schema::CURRENT.to_owned(), secret(&record.current)),
        (schema::NEXT.to_owned(), secret(&record.next)),
        (schema::DIGEST_KEY.to_owned(), secret(&record.digest_key)),
    ]);
    item.extend(record.previous.as_ref().map(|previous| (schema::PREVIOUS.to_owned(), secret(previous))));
    item
}

fn refresh_key_item(key: &SecretSlice<u8>) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (schema::SIGNING_KEYS.key.to_owned(), string(schema::REFRESH_KEY_ID)),
        (schema::REFRESH_KEY.to_owned(), secret(key)),
    ])
}

fn public_item(record: &PublicKeyRecord) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (schema::PUBLIC_KEYS.key.to_owned(), string(schema::KEYS_ID)),
        (schema::VERSION.to_owned(), number(record.version)),
        (schema::JWKS.to_owned(), string(&record.jwks)),
    ])
}

/// Puts an item in the place of the one with the version `stored`, or, if that is `None`, where no version is.
fn in_place_of(stored: Option<u64>) -> Expression {
    let expression = Expression::new().name("#version", schema::VERSION);
    match stored {
        Some(version) => expression.condition("#version = :stored").value(":stored", number(version)),
        None => expression.condition("attribute_not_exists(#version)"),
    }
}

fn read_private(
    mut item: Item<'_>,
    refresh: Option<Item<'_>>,
    digest: Option<Item<'_>>,
) -> Result<SigningKeyRecord, StoreError> {
    Ok(SigningKeyRecord {
        version: item.number(schema::VERSION)?,
        current_since: item.timestamp(schema::CURRENT_SINCE)?,
        previous: item.optional_secret(schema::PREVIOUS)?,
        current: item.secret(schema::CURRENT)?,
        next: item.secret(schema::NEXT)?,
        digest_key: item.secret(schema::DIGEST_KEY)?,
        refresh_key: refresh.map(|mut item| item.secret(schema::REFRESH_KEY)).transpose()?,
        digest_keys: digest.map(read_digest_keys).transpose()?,
    })
}

fn half_a_set(table: &str) -> StoreError {
    StoreError::Corrupt(format!(
        "only table {table} holds the key set, and its other half is gone; `keys repair` makes a new set"
    ))
}
