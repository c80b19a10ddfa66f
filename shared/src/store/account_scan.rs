//! Every account, page by page. No function may read that.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};

use super::credential_table::read_credential;
use super::error::unavailable;
use super::item::Item;
use super::user_item::read_user;
use super::{Client, Table, schema};
use crate::admin::Account;
use crate::domain::{Credential, EmailAddress, StoreError, User};
use crate::environment::{ConfigError, Environment};

/// The most keys that `BatchGetItem` takes.
const BATCH: usize = 100;
/// How long to wait for what DynamoDB was too busy to read, which doubles.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A part of Users, and where the scan of it has got to.
#[derive(Clone, Debug)]
pub struct AccountScan {
    users: Table,
    credentials: Table,
    segment: i32,
    segments: i32,
    next: Option<HashMap<String, AttributeValue>>,
    is_done: bool,
}

impl AccountScan {
    /// So many scans, which together find every account once. An account that is made or deleted meanwhile may be found or not.
    pub fn in_segments(environment: &Environment, client: &Client, segments: i32) -> Result<Vec<Self>, ConfigError> {
        let users = Table::read(environment, client, &schema::USERS)?;
        let credentials = Table::read(environment, client, &schema::CREDENTIALS)?;
        let of_segment = |segment| Self {
            users: users.clone(),
            credentials: credentials.clone(),
            segment,
            segments,
            next: None,
            is_done: false,
        };
        Ok((0..segments).map(of_segment).collect())
    }

    /// The next users, at most 1 MB of them, or `None` after the last.
    pub async fn next_users(&mut self) -> Result<Option<Vec<User>>, StoreError> {
        if self.is_done {
            return Ok(None);
        }
        let scan = self.users.client().scan().table_name(self.users.name()).consistent_read(true);
        let scan = scan.segment(self.segment).total_segments(self.segments);
        let page = scan.set_exclusive_start_key(self.next.take()).send().await;
        let page = page.map_err(|error| unavailable("Scan", self.users.name(), error))?;
        self.next = page.last_evaluated_key.filter(|key| !key.is_empty());
        self.is_done = self.next.is_none();
        let items = page.items.unwrap_or_default().into_iter().map(|item| Item::new(self.users.name(), item));
        items.map(read_user).collect::<Result<_, _>>().map(Some)
    }

    /// The accounts of these users. A credential that is another user's by now is left out.
    pub async fn with_credentials(&self, users: Vec<User>) -> Result<Vec<Account>, StoreError> {
        let mut accounts = Vec::with_capacity(users.len());
        let mut users = users.into_iter().peekable();
        while users.peek().is_some() {
            let batch: Vec<User> = users.by_ref().take(BATCH).collect();
            let emails: Vec<Option<EmailAddress>> = batch.iter().map(User::address).collect::<Result<_, _>>()?;
            let credentials = self.credentials(emails.iter().flatten()).await?;
            accounts.extend(batch.into_iter().zip(emails).map(|(user, email)| {
                let credential = email.and_then(|email| credentials.get(email.canonical()));
                Account { credential: credential.filter(|credential| credential.user_id == user.id).cloned(), user }
            }));
        }
        Ok(accounts)
    }

    /// The credentials of these addresses, by their canonical forms.
    async fn credentials(
        &self,
        emails: impl Iterator<Item = &EmailAddress>,
    ) -> Result<HashMap<String, Credential>, StoreError> {
        let table = self.credentials.name();
        // Two users may have the same address after a restore, and DynamoDB refuses a key that is there twice.
        let addresses: HashSet<&str> = emails.map(EmailAddress::canonical).collect();
        let mut keys: Vec<_> = addresses.into_iter().map(|address| self.credentials.key(address)).collect();
        let (mut found, mut wait) = (HashMap::new(), FIRST_WAIT);
        while !keys.is_empty() {
            let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
            let wanted = wanted.map_err(|error| StoreError::Corrupt(error.to_string()))?;
            let got = self.credentials.client().batch_get_item().request_items(table, wanted).send().await;
            let mut got = got.map_err(|error| unavailable("BatchGetItem", table, error))?;
            for item in got.responses.as_mut().and_then(|responses| responses.remove(table)).unwrap_or_default() {
                let mut item = Item::new(table, item);
                let key = item.string(self.credentials.key_name())?;
                found.insert(key, read_credential(item)?);
            }
            let left = got.unprocessed_keys.and_then(|mut left| left.remove(table));
            keys = left.map(|left| left.keys).unwrap_or_default();
            if !keys.is_empty() {
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
        Ok(found)
    }
}
