//! Users, Credentials and Identities, as a user changes what is their own.

use async_trait::async_trait;

use super::credential_table::if_as_read;
use super::item::{number, string};
use super::new_generation::{begin_generation, next_generation};
use super::own_identities::{OwnIdentities, if_own};
use super::user_item::{if_of_generation, read_user};
use super::{Client, Expression, OutboxTable, Sent, Table, Transaction, Updated, schema};
use crate::domain::{EmailAddress, Name, PasswordChange, Profile, ProfileStore, StoreError, User};
use crate::environment::{ConfigError, Environment};
use crate::mail::{DeletionStore, Intent, PasswordStore};

/// The tables that hold what is a user's own.
#[derive(Clone, Debug)]
pub struct OwnerTables {
    users: Table,
    credentials: Table,
    identities: Table,
    outbox: Option<OutboxTable>,
}

impl OwnerTables {
    /// The tables that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            users: Table::read(environment, client, &schema::USERS)?,
            credentials: Table::read(environment, client, &schema::CREDENTIALS)?,
            identities: Table::read(environment, client, &schema::IDENTITIES)?,
            outbox: OutboxTable::read_if_on(environment, client)?,
        })
    }

    /// One whose response was lost is not refused, when the SDK sends it again, because of what it has itself written.
    fn transaction(&self) -> Transaction {
        Transaction::new(self.users.client()).with_random_token()
    }
}

#[async_trait]
impl PasswordStore for OwnerTables {
    async fn change_password(&self, change: PasswordChange<'_>, notice: Option<&Intent>) -> Result<bool, StoreError> {
        let PasswordChange { generation, email, credential, hash } = change;
        let user =
            begin_generation(generation, "").and_update(", #passwordless").name("#passwordless", schema::PASSWORDLESS);
        let credential = if_as_read(credential)
            .update("SET #hash = :hash, #generation = :next REMOVE #legacy")
            .name("#legacy", schema::LEGACY)
            .value(":hash", string(hash.as_str()))
            .value(":next", number(next_generation(generation)));
        let change = self.transaction().update(&self.users, generation.user.id.as_str(), &user)?.update(
            &self.credentials,
            email.canonical(),
            &credential,
        )?;
        let change = OutboxTable::adding_if_any(self.outbox.as_ref(), change, notice)?;
        Ok(change.send().await? == Sent::Written)
    }
}

#[async_trait]
impl DeletionStore for OwnerTables {
    async fn delete_user(
        &self,
        user: &User,
        email: Option<&EmailAddress>,
        notice: Option<&Intent>,
    ) -> Result<bool, StoreError> {
        let mut identities = OwnIdentities::of(user);
        loop {
            let mut deletion =
                self.transaction().delete(&self.users, user.id.as_str(), &if_of_generation(user.generation))?;
            if let Some(email) = email {
                let own = if_own(&self.credentials, user);
                deletion = deletion.delete(&self.credentials, email.canonical(), &own)?;
            }
            deletion = OutboxTable::adding_if_any(self.outbox.as_ref(), deletion, notice)?;
            let first = deletion.length();
            match identities.deleted_in(deletion, &self.identities)?.send().await? {
                Sent::Written => return Ok(true),
                Sent::Refused(actions) if identities.give_up(&actions, first) => {}
                Sent::Refused(_) => return Ok(false),
            }
        }
    }
}

#[async_trait]
impl ProfileStore for OwnerTables {
    async fn change_profile(
        &self,
        read: &User,
        name: Option<&Name>,
        profile: Option<&Profile>,
    ) -> Result<Option<User>, StoreError> {
        let mut change = Expression::new().condition("attribute_exists(#key)").name("#key", schema::USERS.key);
        let (mut set, mut removed) = (Vec::new(), "");
        if let Some(name) = name {
            set.push("#name = :name");
            change = change.name("#name", schema::NAME).value(":name", string(name.as_str()));
        }
        if let Some(profile) = profile {
            change = change.name("#profile", schema::PROFILE);
            if profile.is_empty() {
                removed = " REMOVE #profile";
            } else {
                set.push("#profile = :profile");
                change = change.value(":profile", string(profile.as_json()));
            }
            change = if read.profile.is_empty() {
                change.and("(attribute_not_exists(#profile) OR #profile = :read)")
            } else {
                change.and("#profile = :read")
            };
            change = change.value(":read", string(read.profile.as_json()));
        }
        let set = if set.is_empty() { String::new() } else { format!("SET {}", set.join(", ")) };
        let change = change.update(format!("{set}{removed}"));
        match self.users.update_and_get_all(read.id.as_str(), &change).await? {
            Updated::Done(item) => read_user(item).map(Some),
            Updated::Refused(_) => Ok(None),
        }
    }
}
