//! Sign-ups that wait for codes, and the accounts that come of them.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;

use super::account_tables::AccountTables;
use super::item::{Item, number, string, strings};
use super::outbox_table::OutboxTable;
use super::pending_table::{if_of_seed, kept_until, pending_item, read_pending};
use super::user_item::{read_claims, read_profile};
use super::{Client, Expression, Sent, Table, Transaction, schema};
use crate::clock::Timestamp;
use crate::domain::{Name, PasswordHash, SourceDigest, StoreError};
use crate::environment::{ConfigError, Environment};
use crate::mail::{
    ConfirmError, Intent, Languages, NewAccount, PendingId, PendingSignup, Seed, SignupStore, UsedInvitation,
};

/// The places of the actions in a transaction that confirms a sign-up.
const CODE: usize = 0;
const USER: usize = 1;
const CREDENTIAL: usize = 2;

/// Pending and Outbox, and the tables of accounts.
#[derive(Clone, Debug)]
pub struct SignupTables {
    accounts: AccountTables,
    pending: Table,
    outbox: OutboxTable,
}

impl SignupTables {
    /// The tables that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            accounts: AccountTables::read(environment, client)?,
            pending: Table::read(environment, client, &schema::PENDING)?,
            outbox: OutboxTable::read(environment, client)?,
        })
    }
}

#[async_trait]
impl SignupStore for SignupTables {
    /// What names the sign-up is also the transaction's client token.
    async fn begin_signup(&self, id: &PendingId, signup: &PendingSignup, intent: &Intent) -> Result<(), StoreError> {
        let begin = Transaction::new(self.pending.client()).with_token(id.name()).put(
            &self.pending,
            signup_item(id, signup),
            &self.pending.if_absent(),
        )?;
        match self.outbox.adding(begin, intent)?.send().await? {
            Sent::Written => Ok(()),
            Sent::Refused(_) => Err(StoreError::Corrupt("a new random id is in use".to_owned())),
        }
    }

    async fn signup(&self, id: &PendingId) -> Result<Option<PendingSignup>, StoreError> {
        self.pending.get(id.as_str()).await?.map(read_signup).transpose()
    }

    async fn renew_signup(
        &self,
        id: &PendingId,
        found: &PendingSignup,
        good_until: Timestamp,
        intent: &Intent,
    ) -> Result<bool, StoreError> {
        let as_seen = match &found.pending.seed {
            Some(seed) => if_of_seed(seed),
            None => Expression::new()
                .condition("attribute_exists(#key) AND attribute_not_exists(#seed)")
                .name("#key", schema::PENDING.key)
                .name("#seed", schema::SEED),
        };
        let renewal = as_seen
            .update("SET #expires = :expires REMOVE #seed")
            .name("#expires", schema::EXPIRES_AT)
            .value(":expires", number(kept_until(good_until)));
        let renew = Transaction::new(self.pending.client()).update(&self.pending, id.as_str(), &renewal)?;
        Ok(self.outbox.adding(renew, intent)?.send().await? == Sent::Written)
    }

    /// The user's id is also the transaction's client token.
    async fn confirm_signup(&self, account: NewAccount<'_>, id: &PendingId, seed: &Seed) -> Result<(), ConfirmError> {
        let confirm = Transaction::new(self.pending.client()).with_token(account.user.id.as_str()).delete(
            &self.pending,
            id.as_str(),
            &if_of_seed(seed),
        )?;
        match self.accounts.adding(confirm, account)?.send().await? {
            Sent::Written => Ok(()),
            Sent::Refused(actions) if actions.contains(&CODE) => Err(ConfirmError::CodeUsed),
            Sent::Refused(actions) if actions.contains(&CREDENTIAL) => Err(ConfirmError::EmailTaken),
            Sent::Refused(actions) if actions.contains(&USER) => Err(ConfirmError::IdTaken),
            Sent::Refused(_) => Err(ConfirmError::InvitationUsed),
        }
    }
}

fn signup_item(id: &PendingId, signup: &PendingSignup) -> HashMap<String, AttributeValue> {
    let PendingSignup { pending, name, profile, password_hash, source, languages, invitation } = signup;
    let mut item = pending_item(id, pending);
    item.extend([
        (schema::PASSWORD_HASH.to_owned(), string(password_hash.as_str())),
        (schema::SOURCE.to_owned(), string(source.as_str())),
        (schema::LANGUAGES.to_owned(), strings(languages.iter())),
    ]);
    item.extend(name.as_ref().map(|name| (schema::NAME.to_owned(), string(name.as_str()))));
    if !profile.is_empty() {
        item.insert(schema::PROFILE.to_owned(), string(profile.as_json()));
    }
    if let Some(UsedInvitation { id, claims }) = invitation {
        item.insert(schema::INVITATION.to_owned(), string(id.as_str()));
        item.insert(schema::CLAIMS.to_owned(), string(claims.as_json()));
    }
    item
}

fn read_signup(mut item: Item<'_>) -> Result<PendingSignup, StoreError> {
    let invitation = match item.optional_string(schema::INVITATION)? {
        Some(id) => Some(UsedInvitation { id: PendingId::from_trusted(id), claims: read_claims(&mut item)? }),
        None => None,
    };
    Ok(PendingSignup {
        pending: read_pending(&mut item)?,
        name: item.optional_string(schema::NAME)?.map(Name::from_trusted),
        profile: read_profile(&mut item)?,
        password_hash: PasswordHash::from_stored(item.string(schema::PASSWORD_HASH)?),
        source: SourceDigest::from_trusted(item.string(schema::SOURCE)?),
        languages: Languages::from_stored(item.strings(schema::LANGUAGES)?),
        invitation,
    })
}
