//! Credentials, for log-in.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{Item, number, string, strings};
use super::user_item::read_generation;
use super::{Client, Expression, Table, schema};
use crate::domain::{
    Credential, CredentialChanges, CredentialStore, EmailAddress, KnownSources, PasswordHash, SourceDigest, StoreError,
    UserId,
};
use crate::environment::{ConfigError, Environment};
use crate::mail::AddressStore;

/// The table of what log-ins are checked against.
#[derive(Clone, Debug)]
pub struct CredentialTable(Table);

impl CredentialTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Table::read(environment, client, &schema::CREDENTIALS).map(Self)
    }
}

#[async_trait]
impl CredentialStore for CredentialTable {
    async fn credential(&self, email: &EmailAddress) -> Result<Option<Credential>, StoreError> {
        self.0.get(email.canonical()).await?.map(read_credential).transpose()
    }

    async fn change_credential(
        &self,
        email: &EmailAddress,
        read: &Credential,
        changes: &CredentialChanges,
    ) -> Result<(), StoreError> {
        let mut change = Expression::new()
            .condition("#user = :user")
            .name("#user", schema::USER_ID)
            .name("#hash", schema::PASSWORD_HASH)
            .value(":user", string(read.user_id.as_str()));
        change = match &read.password_hash {
            Some(hash) => change.and("#hash = :old").value(":old", string(hash.as_str())),
            None => change
                .and("attribute_not_exists(#hash) AND #legacy = :legacy")
                .name("#legacy", schema::LEGACY)
                .value(":legacy", AttributeValue::Bool(true)),
        };
        let mut set = Vec::new();
        let mut removed = "";
        if let Some(hash) = &changes.password_hash {
            set.push("#hash = :new");
            removed = " REMOVE #legacy";
            change = change.name("#legacy", schema::LEGACY).value(":new", string(hash.as_str()));
        }
        if let Some(known) = &changes.known_sources {
            set.push("#known = :known");
            let known = strings(known.iter().map(SourceDigest::as_str));
            change = change.name("#known", schema::KNOWN_SOURCES).value(":known", known);
        }
        let change = change.update(format!("SET {}{removed}", set.join(", ")));
        self.0.update(email.canonical(), &change).await.map(|_changed| ())
    }
}

#[async_trait]
impl AddressStore for CredentialTable {
    async fn is_taken(&self, email: &EmailAddress) -> Result<bool, StoreError> {
        self.0.exists(email.canonical()).await
    }
}

/// The credential in an item.
pub(super) fn read_credential(mut item: Item<'_>) -> Result<Credential, StoreError> {
    let known_sources = item.strings(schema::KNOWN_SOURCES)?.into_iter().map(SourceDigest::from_trusted);
    Ok(Credential {
        user_id: UserId::from_trusted(item.string(schema::USER_ID)?),
        password_hash: item.optional_string(schema::PASSWORD_HASH)?.map(PasswordHash::from_stored),
        legacy: item.flag(schema::LEGACY)?,
        generation: read_generation(&item)?,
        known_sources: KnownSources::from_stored(known_sources.collect()),
    })
}

/// The write happens only if the credential is as it was read.
pub(super) fn if_as_read(credential: &Credential) -> Expression {
    let Credential { user_id, password_hash, generation, .. } = credential;
    let as_read = Expression::new()
        .condition("#user = :user")
        .name("#user", schema::USER_ID)
        .name("#hash", schema::PASSWORD_HASH)
        .name("#generation", schema::GENERATION)
        .value(":user", string(user_id.as_str()))
        .value(":generation", number(*generation));
    let as_read = as_read.and(if *generation == 0 {
        "(attribute_not_exists(#generation) OR #generation = :generation)"
    } else {
        "#generation = :generation"
    });
    match password_hash {
        Some(hash) => as_read.and("#hash = :old").value(":old", string(hash.as_str())),
        None => as_read.and("attribute_not_exists(#hash)"),
    }
}
