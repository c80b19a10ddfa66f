//! What the codes of mails are good for: Users, Credentials, Identities, Pending and Outbox.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;

use super::credential_table::if_as_read;
use super::eviction::{evict_from_credential, evict_from_user};
use super::item::{number, string, strings};
use super::new_generation::{begin_generation, next_generation};
use super::outbox_table::OutboxTable;
use super::own_identities::OwnIdentities;
use super::pending_table::{if_of_seed, pending_item};
use super::{Client, Expression, Sent, Table, Transaction, schema};
use crate::domain::{SourceDigest, StoreError, User};
use crate::environment::{ConfigError, Environment};
use crate::mail::{CodeUse, CodeUseError, EmailChange, Intent, PasswordReset, Pending, PendingId, RecoveryStore};

/// The places of the actions in a transaction that uses a code.
const CODE: usize = 0;
const NEW_CREDENTIAL: usize = 2;

/// The tables that a code may change.
#[derive(Clone, Debug)]
pub struct RecoveryTables {
    users: Table,
    credentials: Table,
    identities: Table,
    pending: Table,
    outbox: OutboxTable,
}

impl RecoveryTables {
    /// The tables that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            users: Table::read(environment, client, &schema::USERS)?,
            credentials: Table::read(environment, client, &schema::CREDENTIALS)?,
            identities: Table::read(environment, client, &schema::IDENTITIES)?,
            pending: Table::read(environment, client, &schema::PENDING)?,
            outbox: OutboxTable::read(environment, client)?,
        })
    }

    /// Begins a transaction that uses a code.
    fn using(&self, code: CodeUse<'_>) -> Result<Transaction, StoreError> {
        let CodeUse { id, seed } = code;
        Transaction::new(self.users.client()).with_random_token().delete(&self.pending, id.as_str(), &if_of_seed(seed))
    }
}

#[async_trait]
impl RecoveryStore for RecoveryTables {
    async fn reset_password(&self, reset: PasswordReset<'_>) -> Result<(), CodeUseError> {
        let PasswordReset { generation, email, password_hash, source, code, notice } = reset;
        let user = generation.user;
        let of_user = evict_from_user(generation, true);
        let credential = evict_from_credential(generation, password_hash, Some(source));
        let mut identities = OwnIdentities::of(user);
        loop {
            let reset = self.using(code)?.update(&self.users, user.id.as_str(), &of_user)?;
            let reset = reset.update(&self.credentials, email.canonical(), &credential)?;
            let reset = self.outbox.adding(reset, notice)?;
            let first = reset.length();
            match identities.deleted_in(reset, &self.identities)?.send().await? {
                Sent::Refused(actions) if identities.give_up(&actions, first) => {}
                sent => return used(sent, None),
            }
        }
    }

    async fn prove_email(&self, user: &User, code: CodeUse<'_>) -> Result<(), CodeUseError> {
        let proof = Expression::new()
            .condition("#email = :email")
            .update("SET #verified = :verified")
            .name("#email", schema::EMAIL)
            .name("#verified", schema::EMAIL_VERIFIED)
            .value(":email", string(user.email.as_deref().unwrap_or_default()))
            .value(":verified", AttributeValue::Bool(true));
        used(self.using(code)?.update(&self.users, user.id.as_str(), &proof)?.send().await?, None)
    }

    async fn begin_change(
        &self,
        id: &PendingId,
        seen: Option<&Pending>,
        pending: &Pending,
        intents: &[Intent],
    ) -> Result<bool, StoreError> {
        // The function that sends may have given it a seed meanwhile, and a mail with its code may be on its way.
        let as_seen = match seen.and_then(|before| before.seed.as_ref()) {
            Some(old) => if_of_seed(old),
            None => Expression::new().condition("attribute_not_exists(#seed)").name("#seed", schema::SEED),
        };
        let begin = Transaction::new(self.users.client()).with_random_token().put(
            &self.pending,
            pending_item(id, pending),
            &as_seen,
        )?;
        let begin = intents.iter().try_fold(begin, |begin, intent| self.outbox.adding(begin, intent))?;
        Ok(begin.send().await? == Sent::Written)
    }

    async fn change_email(&self, change: EmailChange<'_>) -> Result<(), CodeUseError> {
        let EmailChange { generation, email, credential, code, notice } = change;
        let user = generation.user;
        let of_user = begin_generation(generation, ", #email = :email, #verified = :verified")
            .name("#email", schema::EMAIL)
            .name("#verified", schema::EMAIL_VERIFIED)
            .value(":email", string(email.shown()))
            .value(":verified", AttributeValue::Bool(true));
        let mut item = HashMap::from([
            (schema::CREDENTIALS.key.to_owned(), string(email.canonical())),
            (schema::USER_ID.to_owned(), string(user.id.as_str())),
            (schema::GENERATION.to_owned(), number(next_generation(generation))),
        ]);
        if let Some(credential) = credential {
            let known = strings(credential.known_sources.iter().map(SourceDigest::as_str));
            item.insert(schema::KNOWN_SOURCES.to_owned(), known);
            let hash = credential.password_hash.as_ref();
            item.extend(hash.map(|hash| (schema::PASSWORD_HASH.to_owned(), string(hash.as_str()))));
        }
        let mut transaction = self.using(code)?.update(&self.users, user.id.as_str(), &of_user)?.put(
            &self.credentials,
            item,
            &self.credentials.if_absent(),
        )?;
        if let Some(old) = user.address()? {
            let as_read = if_as_read(credential.ok_or(CodeUseError::UserChanged)?);
            transaction = transaction.delete(&self.credentials, old.canonical(), &as_read)?;
        }
        let transaction = match notice {
            Some(notice) => self.outbox.adding(transaction, notice)?,
            None => transaction,
        };
        used(transaction.send().await?, Some(NEW_CREDENTIAL))
    }
}

/// What became of a transaction that uses a code, and that takes an address in the action `new_credential`.
fn used(sent: Sent, new_credential: Option<usize>) -> Result<(), CodeUseError> {
    match sent {
        Sent::Written => Ok(()),
        Sent::Refused(actions) if actions.contains(&CODE) => Err(CodeUseError::CodeUsed),
        Sent::Refused(actions) if new_credential.is_some_and(|taken| actions.contains(&taken)) => {
            Err(CodeUseError::EmailTaken)
        }
        Sent::Refused(_) => Err(CodeUseError::UserChanged),
    }
}
