//! Credentials, for log-in.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;

use super::item::string;
use super::schema;
use super::table::Table;
use crate::config::{ConfigError, Environment, read_credentials_table};
use crate::domain::{Credential, CredentialStore, EmailAddress, PasswordHash, StoreError, UserId};

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
        Ok(Some(Credential {
            user_id: UserId::from_trusted(item.string(schema::USER_ID)?),
            password_hash: PasswordHash::from_stored(item.string(schema::PASSWORD_HASH)?),
        }))
    }

    async fn replace_password_hash(
        &self,
        email: &EmailAddress,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<(), StoreError> {
        let describe = |update: UpdateItemFluentBuilder| {
            update
                .update_expression("SET #hash = :new")
                .condition_expression("#hash = :old")
                .expression_attribute_names("#hash", schema::PASSWORD_HASH)
                .expression_attribute_values(":old", string(old.as_str()))
                .expression_attribute_values(":new", string(new.as_str()))
        };
        self.0.update(email.canonical(), describe).await
    }
}
