//! Users, Credentials and Identities, as a user changes what is their own.

use async_trait::async_trait;

use super::item::{number, string};
use super::new_generation::{begin_generation, next_generation};
use super::user_item::{if_of_generation, read_user};
use super::{Client, Expression, Sent, Table, Transaction, Updated, schema};
use crate::domain::{
    Credential, DeletionStore, EmailAddress, LinkedIdentity, Name, PasswordChange, PasswordStore, ProfileStore,
    StoreError, User, UserId,
};
use crate::environment::{ConfigError, Environment};

/// The places of the actions in the transaction of a deletion. Those of the identities follow.
const USER: usize = 0;
const CREDENTIAL: usize = 1;

/// The tables that hold what is a user's own.
#[derive(Clone, Debug)]
pub struct OwnerTables {
    users: Table,
    credentials: Table,
    identities: Table,
}

impl OwnerTables {
    /// The tables that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            users: Table::read(environment, client, &schema::USERS)?,
            credentials: Table::read(environment, client, &schema::CREDENTIALS)?,
            identities: Table::read(environment, client, &schema::IDENTITIES)?,
        })
    }

    /// One whose response was lost is not refused, when the SDK sends it again, because of what it has itself written.
    fn transaction(&self) -> Transaction {
        Transaction::new(self.users.client()).with_random_token()
    }
}

#[async_trait]
impl PasswordStore for OwnerTables {
    async fn change_password(&self, change: PasswordChange<'_>) -> Result<bool, StoreError> {
        let PasswordChange { generation, email, credential, hash } = change;
        let user =
            begin_generation(generation, "").and_update(", #passwordless").name("#passwordless", schema::PASSWORDLESS);
        let credential = if_as_read(credential)
            .update("SET #hash = :hash, #generation = :next")
            .value(":hash", string(hash.as_str()))
            .value(":next", number(next_generation(generation)));
        let sent = self
            .transaction()
            .update(&self.users, generation.user.id.as_str(), &user)?
            .update(&self.credentials, email.canonical(), &credential)?
            .send()
            .await?;
        Ok(sent == Sent::Written)
    }
}

#[async_trait]
impl DeletionStore for OwnerTables {
    async fn delete_user(&self, user: &User, email: Option<&EmailAddress>) -> Result<bool, StoreError> {
        let mut identities: Vec<&LinkedIdentity> = user.identities.iter().collect();
        loop {
            let own = |table: &Table| {
                Expression::new()
                    .condition("attribute_not_exists(#key) OR #user = :user")
                    .name("#key", table.key_name())
                    .name("#user", schema::USER_ID)
                    .value(":user", string(user.id.as_str()))
            };
            let mut deletion =
                self.transaction().delete(&self.users, user.id.as_str(), &if_of_generation(user.generation))?;
            if let Some(email) = email {
                deletion = deletion.delete(&self.credentials, email.canonical(), &own(&self.credentials))?;
            }
            let first_identity = if email.is_some() { CREDENTIAL + 1 } else { USER + 1 };
            for identity in &identities {
                deletion = deletion.delete(&self.identities, identity.key().as_str(), &own(&self.identities))?;
            }
            let refused = match deletion.send().await? {
                Sent::Written => return Ok(true),
                Sent::Refused(actions) => actions,
            };
            if refused.iter().any(|action| *action < first_identity) {
                return Ok(false);
            }
            // Another user signs in with these by now.
            let mut place = first_identity..;
            identities.retain(|_identity| place.next().is_some_and(|place| !refused.contains(&place)));
        }
    }
}

#[async_trait]
impl ProfileStore for OwnerTables {
    async fn rename(&self, id: &UserId, name: &Name) -> Result<Option<User>, StoreError> {
        let rename = Expression::new()
            .condition("attribute_exists(#key)")
            .update("SET #name = :name")
            .name("#key", schema::USERS.key)
            .name("#name", schema::NAME)
            .value(":name", string(name.as_str()));
        match self.users.update_and_get_all(id.as_str(), &rename).await? {
            Updated::Done(item) => read_user(item).map(Some),
            Updated::Refused(_) => Ok(None),
        }
    }
}

/// The write happens only if the credential is as it was read.
fn if_as_read(credential: &Credential) -> Expression {
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
