//! Users, Credentials and Identities, as an operator changes them.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;

use super::credential_table::read_credential;
use super::eviction::{evict_from_credential, evict_from_user, if_of_user};
use super::item::{number, string, strings, timestamp};
use super::new_generation::{begin_generation, next_generation};
use super::own_identities::OwnIdentities;
use super::user_item::{read_user, user_item};
use super::{Client, Expression, OutboxTable, OwnerTables, Sent, Table, Transaction, schema};
use crate::admin::{Account, AdminStore, CreationError, NewAccount};
use crate::domain::{
    EmailAddress, LinkedIdentity, NewGeneration, PasswordHash, Profile, StoreError, User, UserClaims, UserId,
};
use crate::environment::{ConfigError, Environment};
use crate::mail::{DeletionStore as _, Intent};

/// The places of the actions in the transaction that makes an account.
const USER: usize = 0;
const CREDENTIAL: usize = 1;

/// The tables that an account is made of.
#[derive(Clone, Debug)]
pub struct AdminTables {
    users: Table,
    credentials: Table,
    identities: Table,
    outbox: OutboxTable,
    owner: OwnerTables,
}

impl AdminTables {
    /// The tables that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            users: Table::read(environment, client, &schema::USERS)?,
            credentials: Table::read(environment, client, &schema::CREDENTIALS)?,
            identities: Table::read(environment, client, &schema::IDENTITIES)?,
            outbox: OutboxTable::read(environment, client)?,
            owner: OwnerTables::read(environment, client)?,
        })
    }

    fn transaction(&self) -> Transaction {
        Transaction::new(self.users.client()).with_random_token()
    }

    /// Sets an attribute of a user, or removes it. `false` if there is no such user.
    async fn set_json(&self, id: &UserId, attribute: &str, json: Option<&str>) -> Result<bool, StoreError> {
        let change = self.if_there().name("#attribute", attribute);
        let change = match json {
            Some(json) => change.update("SET #attribute = :json").value(":json", string(json)),
            None => change.update("REMOVE #attribute"),
        };
        self.users.update(id.as_str(), &change).await
    }

    /// The condition that the user exists.
    fn if_there(&self) -> Expression {
        Expression::new().condition("attribute_exists(#key)").name("#key", self.users.key_name())
    }
}

#[async_trait]
impl AdminStore for AdminTables {
    async fn account(&self, id: &UserId) -> Result<Option<Account>, StoreError> {
        let Some(item) = self.users.get(id.as_str()).await? else { return Ok(None) };
        let user = read_user(item)?;
        let credential = match user.address()? {
            Some(email) => self.credentials.get(email.canonical()).await?.map(read_credential).transpose()?,
            None => None,
        };
        Ok(Some(Account { credential: credential.filter(|credential| credential.user_id == user.id), user }))
    }

    async fn owner(&self, email: &EmailAddress) -> Result<Option<UserId>, StoreError> {
        let Some(item) = self.credentials.get(email.canonical()).await? else { return Ok(None) };
        Ok(Some(read_credential(item)?.user_id))
    }

    async fn linked_to(&self, identity: &LinkedIdentity) -> Result<Option<UserId>, StoreError> {
        let Some(mut item) = self.identities.get(identity.key().as_str()).await? else { return Ok(None) };
        item.string(schema::USER_ID).map(|id| Some(UserId::from_trusted(id)))
    }

    async fn create(&self, account: NewAccount<'_>) -> Result<(), CreationError> {
        let NewAccount { user, email, password_hash, legacy, token } = account;
        let with_generation = |mut item: HashMap<_, _>| {
            if user.generation > 0 {
                item.insert(schema::GENERATION.to_owned(), number(user.generation));
            }
            item
        };
        let mut create = Transaction::new(self.users.client()).with_token(token).put(
            &self.users,
            with_generation(user_item(user)),
            &self.users.if_absent(),
        )?;
        if let Some(email) = email {
            let item = with_generation(credential_item(user, email, password_hash, legacy));
            create = create.put(&self.credentials, item, &self.credentials.if_absent())?;
        }
        for identity in user.identities.iter() {
            create = create.put(&self.identities, link_item(user, identity), &self.identities.if_absent())?;
        }
        match create.send().await? {
            Sent::Written => Ok(()),
            Sent::Refused(actions) if actions.contains(&USER) => Err(CreationError::IdTaken),
            Sent::Refused(actions) if email.is_some() && actions.contains(&CREDENTIAL) => {
                Err(CreationError::EmailTaken)
            }
            Sent::Refused(_) => Err(CreationError::IdentityTaken),
        }
    }

    async fn set_password(
        &self,
        generation: NewGeneration<'_>,
        email: &EmailAddress,
        password_hash: &PasswordHash,
        notice: Option<&Intent>,
    ) -> Result<bool, StoreError> {
        let user = generation.user;
        let of_user = evict_from_user(generation, false);
        let credential = evict_from_credential(generation, password_hash, None);
        let mut identities = OwnIdentities::of(user);
        loop {
            let change = self.transaction().update(&self.users, user.id.as_str(), &of_user)?.update(
                &self.credentials,
                email.canonical(),
                &credential,
            )?;
            let change = OutboxTable::adding_if_any(Some(&self.outbox), change, notice)?;
            let first = change.length();
            match identities.deleted_in(change, &self.identities)?.send().await? {
                Sent::Written => return Ok(true),
                Sent::Refused(actions) if identities.give_up(&actions, first) => {}
                Sent::Refused(_) => return Ok(false),
            }
        }
    }

    async fn disable(&self, generation: NewGeneration<'_>, email: Option<&EmailAddress>) -> Result<bool, StoreError> {
        let user = generation.user;
        let of_user = begin_generation(generation, ", #disabled = if_not_exists(#disabled, :at)")
            .name("#disabled", schema::DISABLED_AT)
            .value(":at", timestamp(generation.at));
        let mut disable = self.transaction().update(&self.users, user.id.as_str(), &of_user)?;
        if let Some(email) = email {
            let credential = if_of_user(user)
                .update("SET #generation = :next")
                .name("#generation", schema::GENERATION)
                .value(":next", number(next_generation(generation)));
            disable = disable.update(&self.credentials, email.canonical(), &credential)?;
        }
        Ok(disable.send().await? == Sent::Written)
    }

    async fn enable(&self, id: &UserId) -> Result<bool, StoreError> {
        let enable = self.if_there().update("REMOVE #disabled").name("#disabled", schema::DISABLED_AT);
        self.users.update(id.as_str(), &enable).await
    }

    async fn prove_email(&self, user: &User) -> Result<bool, StoreError> {
        let proof = Expression::new()
            .condition("#email = :email")
            .update("SET #verified = :verified")
            .name("#email", schema::EMAIL)
            .name("#verified", schema::EMAIL_VERIFIED)
            .value(":email", string(user.email.as_deref().unwrap_or_default()))
            .value(":verified", AttributeValue::Bool(true));
        self.users.update(user.id.as_str(), &proof).await
    }

    async fn set_claims(&self, id: &UserId, claims: &UserClaims) -> Result<bool, StoreError> {
        self.set_json(id, schema::CLAIMS, Some(claims.as_json()).filter(|_json| !claims.is_empty())).await
    }

    async fn set_profile(&self, id: &UserId, profile: &Profile) -> Result<bool, StoreError> {
        self.set_json(id, schema::PROFILE, Some(profile.as_json()).filter(|_json| !profile.is_empty())).await
    }

    async fn delete(
        &self,
        user: &User,
        email: Option<&EmailAddress>,
        notice: Option<&Intent>,
    ) -> Result<bool, StoreError> {
        self.owner.delete_user(user, email, notice).await
    }
}

fn credential_item(
    user: &User,
    email: &EmailAddress,
    password_hash: Option<&PasswordHash>,
    legacy: bool,
) -> HashMap<String, AttributeValue> {
    let mut item = HashMap::from([
        (schema::CREDENTIALS.key.to_owned(), string(email.canonical())),
        (schema::USER_ID.to_owned(), string(user.id.as_str())),
        (schema::KNOWN_SOURCES.to_owned(), strings([])),
    ]);
    item.extend(password_hash.map(|hash| (schema::PASSWORD_HASH.to_owned(), string(hash.as_str()))));
    if legacy {
        item.insert(schema::LEGACY.to_owned(), AttributeValue::Bool(true));
    }
    item
}

fn link_item(user: &User, identity: &LinkedIdentity) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (schema::IDENTITIES.key.to_owned(), string(identity.key().as_str())),
        (schema::USER_ID.to_owned(), string(user.id.as_str())),
        (schema::LINKED_AT.to_owned(), timestamp(user.created_at)),
    ])
}
