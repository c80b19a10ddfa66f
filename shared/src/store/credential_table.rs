//! Credentials, for log-in.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;

use super::error::unavailable;
use super::item::{Item, string};
use super::schema;
use crate::config::{ConfigError, Environment, read_credentials_table};
use crate::domain::{Credential, CredentialStore, EmailAddress, PasswordHash, StoreError, UserId};

/// The table of what log-ins are checked against.
#[derive(Clone, Debug)]
pub struct CredentialTable {
    client: Client,
    table: String,
}

impl CredentialTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self { client: client.clone(), table: read_credentials_table(environment)? })
    }
}

impl CredentialStore for CredentialTable {
    async fn credential(&self, email: &EmailAddress) -> Result<Option<Credential>, StoreError> {
        let output = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(schema::CREDENTIAL_EMAIL_KEY, string(email.canonical()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| unavailable("GetItem on Credentials", error))?;
        let Some(attributes) = output.item else { return Ok(None) };
        let mut item = Item::new(&self.table, attributes);
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
        let sent = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(schema::CREDENTIAL_EMAIL_KEY, string(email.canonical()))
            .update_expression("SET #hash = :new")
            .condition_expression("#hash = :old")
            .expression_attribute_names("#hash", schema::PASSWORD_HASH)
            .expression_attribute_values(":old", string(old.as_str()))
            .expression_attribute_values(":new", string(new.as_str()))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error)
                if matches!(error.as_service_error(), Some(UpdateItemError::ConditionalCheckFailedException(_))) =>
            {
                Ok(())
            }
            Err(error) => Err(unavailable("UpdateItem on Credentials", error)),
        }
    }
}
