//! Making accounts: Users and Credentials, and the mail about it.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{string, strings};
use super::user_item::user_item;
use super::{Client, InvitationTable, OutboxTable, Sent, Table, Transaction, schema};
use crate::domain::{CreateError, StoreError};
use crate::environment::{ConfigError, Environment};
use crate::mail::{AccountStore, Intent, NewAccount};

/// The places of the user and the credential in the transaction. The invitation comes behind them.
const USER: usize = 0;
const CREDENTIAL: usize = 1;

/// Users and Credentials, for sign-up, which only ever adds to them, Pending for invitations, and Outbox, if there is mail.
#[derive(Clone, Debug)]
pub struct AccountTables {
    users: Table,
    credentials: Table,
    invitations: InvitationTable,
    outbox: Option<OutboxTable>,
}

impl AccountTables {
    /// The tables that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            users: Table::read(environment, client, &schema::USERS)?,
            credentials: Table::read(environment, client, &schema::CREDENTIALS)?,
            invitations: InvitationTable::read(environment, client)?,
            outbox: OutboxTable::read_if_on(environment, client)?,
        })
    }

    /// The transaction with the user and, behind it, the credential and the end of the invitation, if there is one.
    pub(super) fn adding(&self, transaction: Transaction, account: NewAccount<'_>) -> Result<Transaction, StoreError> {
        let Self { users, credentials, invitations, .. } = self;
        let adding = transaction.put(users, user_item(account.user), &users.if_absent())?.put(
            credentials,
            credential_item(account),
            &credentials.if_absent(),
        )?;
        match account.invitation {
            Some(invitation) => invitations.using(adding, &invitation.id, account.user.created_at),
            None => Ok(adding),
        }
    }
}

#[async_trait]
impl AccountStore for AccountTables {
    /// The user's id is also the transaction's client token.
    async fn create_account(&self, account: NewAccount<'_>, intent: Option<&Intent>) -> Result<(), CreateError> {
        let create = Transaction::new(self.users.client()).with_token(account.user.id.as_str());
        let create = OutboxTable::adding_if_any(self.outbox.as_ref(), self.adding(create, account)?, intent)?;
        match create.send().await? {
            Sent::Written => Ok(()),
            Sent::Refused(actions) if actions.contains(&CREDENTIAL) => Err(CreateError::EmailTaken),
            Sent::Refused(actions) if actions.contains(&USER) => Err(CreateError::IdTaken),
            Sent::Refused(_) => Err(CreateError::InvitationUsed),
        }
    }
}

fn credential_item(account: NewAccount<'_>) -> HashMap<String, AttributeValue> {
    let NewAccount { user, email, password_hash, source, invitation: _ } = account;
    HashMap::from([
        (schema::CREDENTIALS.key.to_owned(), string(email.canonical())),
        (schema::USER_ID.to_owned(), string(user.id.as_str())),
        (schema::PASSWORD_HASH.to_owned(), string(password_hash.as_str())),
        (schema::KNOWN_SOURCES.to_owned(), strings([source.as_str()])),
    ])
}
