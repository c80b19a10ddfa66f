//! Outbox.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{Item, number, string, strings, timestamp};
use super::{Client, Expression, Sent, Table, Transaction, schema};
use crate::domain::{EmailAddress, StoreError};
use crate::environment::{ConfigError, Environment};
use crate::mail::{Intent, IntentId, IntentStore, Languages, OutboxStore, PersonDevice, Subject};

/// For how long an intent that could not be sent stays there.
const KEPT: Duration = Duration::from_hours(7 * 24);

/// The table of intents.
#[derive(Clone, Debug)]
pub struct OutboxTable(pub(super) Table);

impl OutboxTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Table::read(environment, client, &schema::OUTBOX).map(Self)
    }

    /// The table that the environment names, if there is mail.
    pub fn read_if_on(environment: &Environment, client: &Client) -> Result<Option<Self>, ConfigError> {
        environment.get(schema::OUTBOX.variable).map(|_name| Self::read(environment, client)).transpose()
    }

    /// Puts an intent back under another id, which the stream tells of as a new one. `false` if it is done by now.
    pub async fn put_again(&self, intent: &Intent, id: IntentId) -> Result<bool, StoreError> {
        let there = Expression::new().condition("attribute_exists(#key)").name("#key", schema::OUTBOX.key);
        let again = Transaction::new(self.0.client()).delete(&self.0, intent.id.as_str(), &there)?;
        let again = self.adding(again, &Intent { id, ..intent.clone() })?;
        Ok(again.send().await? == Sent::Written)
    }

    /// The ids of all intents. It reads the whole table, which no function may.
    pub async fn ids(&self) -> Result<Vec<IntentId>, StoreError> {
        let mut ids = self.0.keys().await?;
        // They begin with the time that they were made at.
        ids.sort_unstable();
        Ok(ids.into_iter().map(IntentId::from_trusted).collect())
    }

    /// The transaction with this intent.
    pub(super) fn adding(&self, transaction: Transaction, intent: &Intent) -> Result<Transaction, StoreError> {
        transaction.put(&self.0, intent_item(intent), &self.0.if_absent())
    }

    /// The transaction with this intent, if there is one. `outbox` is `None` without mail, and then there is none.
    pub(super) fn adding_if_any(
        outbox: Option<&Self>,
        transaction: Transaction,
        intent: Option<&Intent>,
    ) -> Result<Transaction, StoreError> {
        match (outbox, intent) {
            (Some(outbox), Some(intent)) => outbox.adding(transaction, intent),
            (None, _) | (_, None) => Ok(transaction),
        }
    }
}

#[async_trait]
impl OutboxStore for OutboxTable {
    /// A call that the SDK repeats after a lost response finds the intent and changes nothing.
    async fn add(&self, intent: &Intent) -> Result<(), StoreError> {
        self.0.put(intent_item(intent), &self.0.if_absent()).await.map(drop)
    }
}

#[async_trait]
impl IntentStore for OutboxTable {
    async fn intent(&self, id: &IntentId) -> Result<Option<Intent>, StoreError> {
        self.0.get(id.as_str()).await?.map(read_intent).transpose()
    }

    async fn remove(&self, id: &IntentId) -> Result<(), StoreError> {
        self.0.delete(id.as_str(), &Expression::new()).await.map(drop)
    }
}

fn intent_item(intent: &Intent) -> HashMap<String, AttributeValue> {
    let Intent { id, subject, email, languages, device, at } = intent;
    let mut item = HashMap::from([
        (schema::OUTBOX.key.to_owned(), string(id.as_str())),
        (schema::KIND.to_owned(), string(subject.kind())),
        (schema::EMAIL.to_owned(), string(email.shown())),
        (schema::LANGUAGES.to_owned(), strings(languages.iter())),
        (schema::DEVICE.to_owned(), strings(device.names())),
        (schema::AT.to_owned(), timestamp(*at)),
        (schema::EXPIRES_AT.to_owned(), number(at.after(KEPT).as_secs())),
    ]);
    item.extend(subject.reference().map(|reference| (schema::REFERENCE.to_owned(), string(reference))));
    item
}

/// The intent in an item.
fn read_intent(mut item: Item<'_>) -> Result<Intent, StoreError> {
    let (kind, reference) = (item.string(schema::KIND)?, item.optional_string(schema::REFERENCE)?);
    Ok(Intent {
        id: IntentId::from_trusted(item.string(schema::OUTBOX.key)?),
        subject: Subject::from_stored(&kind, reference).ok_or_else(|| item.corrupt(schema::KIND))?,
        email: read_email(&mut item)?.ok_or_else(|| item.corrupt(schema::EMAIL))?,
        languages: Languages::from_stored(item.strings(schema::LANGUAGES)?),
        device: PersonDevice::from_stored(&item.strings(schema::DEVICE)?),
        at: item.timestamp(schema::AT)?,
    })
}

/// The email address in an item, if there is one.
pub(super) fn read_email(item: &mut Item<'_>) -> Result<Option<EmailAddress>, StoreError> {
    let email = item.optional_string(schema::EMAIL)?;
    let parsed = email.map(|email| EmailAddress::parse(&email)).transpose();
    parsed.map_err(|_invalid| item.corrupt(schema::EMAIL))
}
