//! Signing in with providers: Identities, and the users, addresses, first uses and mails that are written with them.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;

use super::attempt_table::add_one_below_limit;
use super::item::{number, string, string_set, timestamp};
use super::new_generation::{begin_generation, next_generation};
use super::own_identities::if_own;
use super::user_item::{if_of_generation, user_item};
use super::{Client, Expression, OutboxTable, Sent, Table, Transaction, schema};
use crate::attempts::Counter;
use crate::domain::{
    EmailAddress, FederateError, IdentityKey, IdentityStore, Link, LinkError, LinkedIdentities, NewLink, OneTimeCode,
    StoreError, Unlinking, User, UserId,
};
use crate::environment::{ConfigError, Environment};
use crate::mail::{FederatedAccountStore, Intent, LinkStore};

/// What the bucket of a code's first use begins with.
const FIRST_USE: &str = "oauth";

/// The places of the actions in a transaction that makes a link.
const CODE: usize = 0;
const LINK: usize = 1;
const USER: usize = 2;
const CREDENTIAL: usize = 3;

/// The tables that a sign-in with a provider writes.
#[derive(Clone, Debug)]
pub struct IdentityTables {
    identities: Table,
    users: Table,
    credentials: Table,
    attempts: Table,
    outbox: Option<OutboxTable>,
}

impl IdentityTables {
    /// The tables that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            identities: Table::read(environment, client, &schema::IDENTITIES)?,
            users: Table::read(environment, client, &schema::USERS)?,
            credentials: Table::read(environment, client, &schema::CREDENTIALS)?,
            attempts: Table::read(environment, client, &schema::ATTEMPTS)?,
            outbox: OutboxTable::read_if_on(environment, client)?,
        })
    }

    /// Begins a transaction that uses the code and links the identity.
    fn linking(
        &self,
        transaction: Transaction,
        user: &UserId,
        link: NewLink<'_>,
        code: &OneTimeCode,
    ) -> Result<Transaction, StoreError> {
        let counter = counter_of(code);
        transaction.update(&self.attempts, counter.bucket(), &add_one_below_limit(&counter))?.put(
            &self.identities,
            link_item(user, link),
            &self.if_as_read(link.stale),
        )
    }

    /// The write happens only if the link is as it was read.
    fn if_as_read(&self, link: Option<&Link>) -> Expression {
        match link {
            None => self.identities.if_absent(),
            Some(Link { user_id, linked_at }) => Expression::new()
                .condition("#user = :user AND #at = :at")
                .name("#user", schema::USER_ID)
                .name("#at", schema::LINKED_AT)
                .value(":user", string(user_id.as_str()))
                .value(":at", timestamp(*linked_at)),
        }
    }
}

#[async_trait]
impl IdentityStore for IdentityTables {
    async fn link(&self, key: &IdentityKey) -> Result<Option<Link>, StoreError> {
        let Some(mut item) = self.identities.get(key.as_str()).await? else { return Ok(None) };
        Ok(Some(Link {
            user_id: UserId::from_trusted(item.string(schema::USER_ID)?),
            linked_at: item.timestamp(schema::LINKED_AT)?,
        }))
    }

    /// A call that the SDK repeats after a lost response finds that the code was used.
    async fn use_code(&self, code: &OneTimeCode) -> Result<bool, StoreError> {
        let counter = counter_of(code);
        self.attempts.update(counter.bucket(), &add_one_below_limit(&counter)).await
    }
}

#[async_trait]
impl FederatedAccountStore for IdentityTables {
    /// The user's id is also the transaction's client token.
    async fn create_federated_account(
        &self,
        user: &User,
        email: Option<&EmailAddress>,
        link: NewLink<'_>,
        code: &OneTimeCode,
        intent: Option<&Intent>,
    ) -> Result<(), FederateError> {
        let transaction = Transaction::new(self.users.client()).with_token(user.id.as_str());
        let mut transaction = self.linking(transaction, &user.id, link, code)?.put(
            &self.users,
            user_item(user),
            &self.users.if_absent(),
        )?;
        if let Some(email) = email {
            let credential = HashMap::from([
                (schema::CREDENTIALS.key.to_owned(), string(email.canonical())),
                (schema::USER_ID.to_owned(), string(user.id.as_str())),
            ]);
            transaction = transaction.put(&self.credentials, credential, &self.credentials.if_absent())?;
        }
        match OutboxTable::adding_if_any(self.outbox.as_ref(), transaction, intent)?.send().await? {
            Sent::Written => Ok(()),
            Sent::Refused(actions) if actions.contains(&CODE) => Err(FederateError::CodeUsed),
            Sent::Refused(actions) if actions.contains(&LINK) => Err(FederateError::LinkChanged),
            Sent::Refused(actions) if actions.contains(&CREDENTIAL) => Err(FederateError::EmailTaken),
            Sent::Refused(_) => Err(FederateError::IdTaken),
        }
    }
}

#[async_trait]
impl LinkStore for IdentityTables {
    async fn add_link(
        &self,
        user: &UserId,
        generation: u64,
        link: NewLink<'_>,
        code: &OneTimeCode,
        notice: Option<&Intent>,
    ) -> Result<(), LinkError> {
        let addition = if_of_generation(generation)
            .and("(attribute_not_exists(#identities) OR size(#identities) < :most)")
            .update("ADD #identities :identity")
            .name("#identities", schema::IDENTITIES_OF_USER)
            .value(":identity", string_set([link.identity.as_str()]))
            .value(":most", number(LinkedIdentities::MOST as u64));
        let addition = self.linking(Transaction::new(self.users.client()), user, link, code)?.update(
            &self.users,
            user.as_str(),
            &addition,
        )?;
        match OutboxTable::adding_if_any(self.outbox.as_ref(), addition, notice)?.send().await? {
            Sent::Written => Ok(()),
            Sent::Refused(actions) if actions.contains(&CODE) => Err(LinkError::CodeUsed),
            Sent::Refused(actions) if actions.contains(&USER) => Err(LinkError::UserChanged),
            Sent::Refused(_) => Err(LinkError::LinkChanged),
        }
    }

    /// The credential gets the new generation too: a log-in with the password reads it there.
    async fn remove_links(&self, unlinking: Unlinking<'_>, notice: Option<&Intent>) -> Result<bool, StoreError> {
        let Unlinking { generation, identities } = unlinking;
        let user = generation.user;
        let mut transaction =
            Transaction::new(self.users.client()).update(&self.users, user.id.as_str(), &removal(unlinking))?;
        let own = if_own(&self.identities, user);
        for identity in identities {
            transaction = transaction.delete(&self.identities, identity.key().as_str(), &own)?;
        }
        if let Some(email) = user.address()? {
            let renewed = Expression::new()
                .condition("#user = :user")
                .update("SET #generation = :next")
                .name("#user", schema::USER_ID)
                .name("#generation", schema::GENERATION)
                .value(":user", string(user.id.as_str()))
                .value(":next", number(next_generation(generation)));
            transaction = transaction.update(&self.credentials, email.canonical(), &renewed)?;
        }
        let transaction = OutboxTable::adding_if_any(self.outbox.as_ref(), transaction, notice)?;
        Ok(transaction.send().await? == Sent::Written)
    }
}

/// Takes identities out of their user's item, if another way to log in is left, and begins a new generation.
fn removal(unlinking: Unlinking<'_>) -> Expression {
    let Unlinking { generation, identities } = unlinking;
    begin_generation(generation, "")
        .and("(attribute_not_exists(#passwordless) OR size(#identities) > :removed)")
        .and_update(" DELETE #identities :identities")
        .name("#passwordless", schema::PASSWORDLESS)
        .name("#identities", schema::IDENTITIES_OF_USER)
        .value(":removed", number(identities.len() as u64))
        .value(":identities", string_set(identities.iter().map(|identity| identity.as_str())))
}

fn counter_of(code: &OneTimeCode) -> Counter {
    Counter::once(FIRST_USE, &code.digest, code.good_until)
}

fn link_item(user: &UserId, link: NewLink<'_>) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (schema::IDENTITIES.key.to_owned(), string(link.identity.key().as_str())),
        (schema::USER_ID.to_owned(), string(user.as_str())),
        (schema::LINKED_AT.to_owned(), timestamp(link.at)),
    ])
}
