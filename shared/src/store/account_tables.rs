//! Making accounts: Users and Credentials.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{string, strings};
use super::user_item::user_item;
use super::{Client, Sent, Table, Transaction, schema};
use crate::domain::{AccountStore, CreateError, EmailAddress, PasswordHash, SourceDigest, User};
use crate::environment::{ConfigError, Environment};

/// The place of the credential in the transaction, behind the user.
const CREDENTIAL: usize = 1;

/// Users and Credentials, for sign-up, which only ever adds to them.
#[derive(Clone, Debug)]
pub struct AccountTables {
    users: Table,
    credentials: Table,
}

impl AccountTables {
    /// The tables that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            users: Table::read(environment, client, &schema::USERS)?,
            credentials: Table::read(environment, client, &schema::CREDENTIALS)?,
        })
    }
}

#[async_trait]
impl AccountStore for AccountTables {
    /// The user's id is also the transaction's client token.
    async fn create_account(
        &self,
        user: &User,
        email: &EmailAddress,
        password_hash: &PasswordHash,
        source: &SourceDigest,
    ) -> Result<(), CreateError> {
        let sent = Transaction::new(self.users.client())
            .with_token(user.id.as_str())
            .put(&self.users, user_item(user), &self.users.if_absent())?
            .put(&self.credentials, credential_item(user, email, password_hash, source), &self.credentials.if_absent())?
            .send()
            .await?;
        match sent {
            Sent::Written => Ok(()),
            Sent::Refused(actions) if actions.contains(&CREDENTIAL) => Err(CreateError::EmailTaken),
            Sent::Refused(_) => Err(CreateError::IdTaken),
        }
    }
}

fn credential_item(
    user: &User,
    email: &EmailAddress,
    password_hash: &PasswordHash,
    source: &SourceDigest,
) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (schema::CREDENTIALS.key.to_owned(), string(email.canonical())),
        (schema::USER_ID.to_owned(), string(user.id.as_str())),
        (schema::PASSWORD_HASH.to_owned(), string(password_hash.as_str())),
        (schema::KNOWN_SOURCES.to_owned(), strings([source.as_str()])),
    ])
}
