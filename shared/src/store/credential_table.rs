//! Credentials, for log-in.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;

use super::item::{string, strings};
use super::schema;
use super::table::Table;
use crate::config::{ConfigError, Environment, read_credentials_table};
use crate::domain::{
    AddressDigest, Credential, CredentialChanges, CredentialStore, EmailAddress, KnownAddresses, PasswordHash,
    StoreError, UserId,
};

/// The table of what log-ins are checked against.
#[derive(Clone, Debug)]
pub struct CredentialTable(Table);

impl CredentialTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        let name = read_credentials_table(environment)?;
        Ok(Self(Table { client: client.clone(), name, key: schema::CREDENTIAL_EMAIL_KEY }))
    }
}

impl CredentialStore for CredentialTable {
    async fn credential(&self, email: &EmailAddress) -> Result<Option<Credential>, StoreError> {
        let Some(mut item) = self.0.get(email.canonical()).await? else { return Ok(None) };
        let known_addresses = item.strings(schema::KNOWN_ADDRESSES)?.into_iter().map(AddressDigest::from_trusted);
        Ok(Some(Credential {
            user_id: UserId::from_trusted(item.string(schema::USER_ID)?),
            password_hash: PasswordHash::from_stored(item.string(schema::PASSWORD_HASH)?),
            known_addresses: KnownAddresses::from_stored(known_addresses.collect()),
        }))
    }

    async fn change_credential(
        &self,
        email: &EmailAddress,
        hash: &PasswordHash,
        changes: &CredentialChanges,
    ) -> Result<(), StoreError> {
        let new_hash = changes.password_hash.as_ref().unwrap_or(hash);
        let describe = |update: UpdateItemFluentBuilder| {
            let update = update
                .condition_expression("#hash = :old")
                .expression_attribute_names("#hash", schema::PASSWORD_HASH)
                .expression_attribute_values(":old", string(hash.as_str()))
                .expression_attribute_values(":new", string(new_hash.as_str()));
            match &changes.known_addresses {
                None => update.update_expression("SET #hash = :new"),
                Some(known) => update
                    .update_expression("SET #hash = :new, #known = :known")
                    .expression_attribute_names("#known", schema::KNOWN_ADDRESSES)
                    .expression_attribute_values(":known", strings(known.iter().map(AddressDigest::as_str))),
            }
        };
        self.0.update(email.canonical(), describe).await
    }
}
