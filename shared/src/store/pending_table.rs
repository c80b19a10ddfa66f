//! Pending: what waits for a code.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{Item, number, secret, string};
use super::outbox_table::read_email;
use super::table::Updated;
use super::{Client, Expression, Table, schema};
use crate::clock::Timestamp;
use crate::domain::{EmailAddress, StoreError};
use crate::environment::{ConfigError, Environment};
use crate::mail::{Pending, PendingId, PendingStore, Seed, SeedStore};

/// For how long an item is kept after its code has expired, in seconds, since clocks differ.
const KEPT_SECONDS: u64 = 60 * 60;

/// The table of what waits for codes.
#[derive(Clone, Debug)]
pub struct PendingTable(pub(super) Table);

impl PendingTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Table::read(environment, client, &schema::PENDING).map(Self)
    }
}

#[async_trait]
impl PendingStore for PendingTable {
    async fn pending(&self, id: &PendingId) -> Result<Option<Pending>, StoreError> {
        self.0.get(id.as_str()).await?.map(|mut item| read_pending(&mut item)).transpose()
    }
}

#[async_trait]
impl SeedStore for PendingTable {
    async fn with_seed(
        &self,
        id: &PendingId,
        email: &EmailAddress,
        seed: &Seed,
        now: Timestamp,
    ) -> Result<Option<Pending>, StoreError> {
        // The condition fails if there is no item. A code that was mailed to one address must not prove another one, for which
        // the same person asked in the meantime.
        let set = Expression::new()
            .update("SET #seed = if_not_exists(#seed, :seed)")
            .condition("#email = :email AND #expires_at > :now")
            .name("#seed", schema::SEED)
            .name("#email", schema::EMAIL)
            .name("#expires_at", schema::EXPIRES_AT)
            .value(":seed", secret(seed.as_secret()))
            .value(":email", string(email.shown()))
            .value(":now", number(kept_until(now)));
        match self.0.update_and_get_all(id.as_str(), &set).await? {
            Updated::Done(mut item) => read_pending(&mut item).map(Some),
            Updated::Refused(_) => Ok(None),
        }
    }

    /// A put that the SDK repeats after a lost response finds its own seed there and is refused. Then it is read again.
    async fn replace(&self, id: &PendingId, new: &Pending, seen: Option<&Pending>) -> Result<bool, StoreError> {
        let condition = match seen {
            None => self.0.if_absent(),
            Some(Pending { seed: Some(old), .. }) => if_of_seed(old),
            Some(Pending { seed: None, .. }) => {
                Expression::new().condition("attribute_not_exists(#seed)").name("#seed", schema::SEED)
            }
        };
        self.0.put(pending_item(id, new), &condition).await
    }
}

/// The item of what waits for a code.
pub(super) fn pending_item(id: &PendingId, pending: &Pending) -> HashMap<String, AttributeValue> {
    let Pending { seed, good_until, email, generation } = pending;
    let mut item = HashMap::from([
        (schema::PENDING.key.to_owned(), string(id.as_str())),
        (schema::EXPIRES_AT.to_owned(), number(kept_until(*good_until))),
    ]);
    item.extend(seed.as_ref().map(|seed| (schema::SEED.to_owned(), secret(seed.as_secret()))));
    item.extend(email.as_ref().map(|email| (schema::EMAIL.to_owned(), string(email.shown()))));
    item.extend(generation.map(|generation| (schema::GENERATION.to_owned(), number(generation))));
    item
}

/// What waits for a code, in an item.
pub(super) fn read_pending(item: &mut Item<'_>) -> Result<Pending, StoreError> {
    let kept_until = item.number(schema::EXPIRES_AT)?;
    Ok(Pending {
        seed: item.optional_secret(schema::SEED)?.map(Seed::from_bytes),
        good_until: Timestamp::from_millis(kept_until.saturating_sub(KEPT_SECONDS).saturating_mul(1000)),
        email: read_email(item)?,
        generation: item.optional_number(schema::GENERATION)?,
    })
}

/// When DynamoDB may delete what waits for a code that is good until then, in seconds since the Unix epoch.
pub(super) fn kept_until(good_until: Timestamp) -> u64 {
    good_until.as_secs().saturating_add(KEPT_SECONDS)
}

/// The write happens only if what waits still has this seed. So a code works once, and the code of an earlier mail does not
/// end a later one.
pub(super) fn if_of_seed(seed: &Seed) -> Expression {
    Expression::new().condition("#seed = :seed").name("#seed", schema::SEED).value(":seed", secret(seed.as_secret()))
}
