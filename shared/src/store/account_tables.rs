//! Making accounts: Users and Credentials.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};

use super::error::unavailable;
use super::item::{string, strings, timestamp};
use super::schema;
use super::transaction::{Conflicts, condition_failed};
use crate::config::{ConfigError, Environment, read_credentials_table, read_users_table};
use crate::domain::{AccountStore, AddressDigest, CreateError, EmailAddress, PasswordHash, StoreError, User};

/// The places in the transaction, and so in its cancellation reasons.
const USER_INDEX: usize = 0;
const CREDENTIAL_INDEX: usize = 1;

/// Users and Credentials, for sign-up, which only ever adds to them.
#[derive(Clone, Debug)]
pub struct AccountTables {
    client: Client,
    users: String,
    credentials: String,
}

impl AccountTables {
    /// The tables that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            client: client.clone(),
            users: read_users_table(environment)?,
            credentials: read_credentials_table(environment)?,
        })
    }

    fn put_user(&self, user: &User) -> Result<TransactWriteItem, BuildError> {
        let put = Put::builder()
            .table_name(&self.users)
            .item(schema::USER_ID_KEY, string(user.id.as_str()))
            .item(schema::EMAIL, string(&user.email))
            .item(schema::EMAIL_VERIFIED, AttributeValue::Bool(false))
            .item(schema::CREATED_AT, timestamp(user.created_at))
            .condition_expression("attribute_not_exists(#key)")
            .expression_attribute_names("#key", schema::USER_ID_KEY);
        let put = match &user.name {
            Some(name) => put.item(schema::NAME, string(name.as_str())),
            None => put,
        };
        Ok(TransactWriteItem::builder().put(put.build()?).build())
    }

    fn put_credential(
        &self,
        user: &User,
        email: &EmailAddress,
        password_hash: &PasswordHash,
        address: &AddressDigest,
    ) -> Result<TransactWriteItem, BuildError> {
        let put = Put::builder()
            .table_name(&self.credentials)
            .item(schema::CREDENTIAL_EMAIL_KEY, string(email.canonical()))
            .item(schema::USER_ID, string(user.id.as_str()))
            .item(schema::PASSWORD_HASH, string(password_hash.as_str()))
            .item(schema::KNOWN_ADDRESSES, strings([address.as_str()]))
            .condition_expression("attribute_not_exists(#key)")
            .expression_attribute_names("#key", schema::CREDENTIAL_EMAIL_KEY);
        Ok(TransactWriteItem::builder().put(put.build()?).build())
    }
}

impl AccountStore for AccountTables {
    /// The user's id is also the transaction's client token. Whatever is sent again, by the SDK after a lost answer
    /// or here after a conflict, is then the same transaction to DynamoDB: one that went through is not refused the
    /// second time as somebody else's.
    async fn create_account(
        &self,
        user: &User,
        email: &EmailAddress,
        password_hash: &PasswordHash,
        address: &AddressDigest,
    ) -> Result<(), CreateError> {
        let incomplete = |error: BuildError| StoreError::Corrupt(error.to_string());
        let put_user = self.put_user(user).map_err(incomplete)?;
        let put_credential = self.put_credential(user, email, password_hash, address).map_err(incomplete)?;
        let mut conflicts = Conflicts::none_yet();
        loop {
            let sent = self
                .client
                .transact_write_items()
                .client_request_token(user.id.as_str())
                .transact_items(put_user.clone())
                .transact_items(put_credential.clone())
                .send()
                .await;
            let Err(error) = sent else { return Ok(()) };
            if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() {
                let reasons = cancelled.cancellation_reasons();
                if condition_failed(reasons, CREDENTIAL_INDEX) {
                    return Err(CreateError::EmailTaken);
                }
                if condition_failed(reasons, USER_INDEX) {
                    return Err(CreateError::IdTaken);
                }
                if conflicts.worth_another_try(reasons).await {
                    continue;
                }
            }
            return Err(
                unavailable("TransactWriteItems", &format!("{} and {}", self.users, self.credentials), error).into()
            );
        }
    }
}
