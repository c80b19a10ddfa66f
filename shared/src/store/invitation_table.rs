//! Invitations, which wait in Pending.

use std::collections::HashMap;

use async_trait::async_trait;

use super::item::{Item, number, string};
use super::outbox_table::read_email;
use super::user_item::read_claims;
use super::{Client, Expression, Table, Transaction, schema};
use crate::clock::Timestamp;
use crate::domain::StoreError;
use crate::environment::{ConfigError, Environment};
use crate::mail::{Invitation, InvitationStore, PendingId};

/// Pending, as far as invitations are concerned.
#[derive(Clone, Debug)]
pub struct InvitationTable(Table);

impl InvitationTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Table::read(environment, client, &schema::PENDING).map(Self)
    }

    /// The transaction with the end of an invitation behind it, which must be good at this time: an account may come of it a
    /// day after its sign-up. Of racing sign-ups with one invitation, one succeeds.
    pub(super) fn using(
        &self,
        transaction: Transaction,
        id: &PendingId,
        at: Timestamp,
    ) -> Result<Transaction, StoreError> {
        let is_good = Expression::new()
            .condition("#expires > :at")
            .name("#expires", schema::EXPIRES_AT)
            .value(":at", number(at.as_secs()));
        transaction.delete(&self.0, id.as_str(), &is_good)
    }
}

#[async_trait]
impl InvitationStore for InvitationTable {
    async fn invite(&self, id: &PendingId, invitation: &Invitation) -> Result<(), StoreError> {
        let Invitation { good_until, email, claims } = invitation;
        let mut item = HashMap::from([
            (schema::PENDING.key.to_owned(), string(id.as_str())),
            (schema::EXPIRES_AT.to_owned(), number(good_until.as_secs())),
            (schema::CLAIMS.to_owned(), string(claims.as_json())),
        ]);
        item.extend(email.as_ref().map(|email| (schema::EMAIL.to_owned(), string(email.shown()))));
        if self.0.put(item, &self.0.if_absent()).await? {
            return Ok(());
        }
        Err(StoreError::Corrupt("a new random code is in use".to_owned()))
    }

    async fn invitation(&self, id: &PendingId) -> Result<Option<Invitation>, StoreError> {
        self.0.get(id.as_str()).await?.map(read_invitation).transpose()
    }
}

fn read_invitation(mut item: Item<'_>) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        good_until: Timestamp::from_millis(item.number(schema::EXPIRES_AT)?.saturating_mul(1000)),
        email: read_email(&mut item)?,
        claims: read_claims(&mut item)?,
    })
}
