//! Many users at once, through DynamoDB's API: each leaves what a sign-up leaves.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::get_item::GetItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use shared::store::{LocalDynamoDb, schema};
use thiserror::Error;
use uuid::Uuid;

/// The most actions that a transaction may hold.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
const ACTIONS: usize = 100;
/// A user is an item of Users and one of Credentials.
const USERS: usize = ACTIONS / 2;
const AT_ONCE: usize = 8;

const EMAIL: &str = "email";
const USER_ID: &str = "user_id";

type Item = HashMap<String, AttributeValue>;

/// Why the tables were not filled.
#[derive(Debug, Error)]
pub enum FillError {
    /// The model could not be read.
    #[error("the model was not read: {0}")]
    Get(#[from] Box<SdkError<GetItemError>>),
    /// A table has no item for the model.
    #[error("{table} has no user {key}, or one without {USER_ID}")]
    NoModel {
        /// The table.
        table: String,
        /// The key.
        key: String,
    },
    /// Users were not written.
    #[error("a transaction failed: {0}")]
    Write(#[from] Box<SdkError<TransactWriteItemsError>>),
    /// The SDK refused an item.
    #[error(transparent)]
    Item(#[from] BuildError),
}

/// The tables of users, and a user that the others are like. They all have its password, and are known from where it is.
#[derive(Debug)]
pub struct Fill {
    client: Client,
    users: String,
    credentials: String,
    user: Item,
    credential: Item,
}

impl Fill {
    /// Reads the model, which signed up with this address.
    pub async fn like(
        dynamodb: &LocalDynamoDb,
        users: String,
        credentials: String,
        email: &str,
    ) -> Result<Self, FillError> {
        let client = dynamodb.client();
        let credential = get(&client, &credentials, schema::CREDENTIALS.key, email).await?;
        let Some(AttributeValue::S(id)) = credential.get(USER_ID) else {
            return Err(FillError::NoModel { table: credentials, key: email.to_owned() });
        };
        let user = get(&client, &users, schema::USERS.key, id).await?;
        Ok(Self { client, users, credentials, user, credential })
    }

    /// Writes a user for each of these addresses, which are in lower case. Now and then `done` gets to know how many more
    /// there are. A transaction holds as many of them as it can, since each waits for the disk once.
    pub async fn write(&self, emails: &[String], mut done: impl FnMut(usize)) -> Result<(), FillError> {
        let transactions = stream::iter(emails.chunks(USERS)).map(|emails| self.write_some(emails));
        let mut written = transactions.buffer_unordered(AT_ONCE);
        while let Some(count) = written.try_next().await? {
            done(count);
        }
        Ok(())
    }

    async fn write_some(&self, emails: &[String]) -> Result<usize, FillError> {
        let mut puts = Vec::with_capacity(ACTIONS);
        for email in emails {
            let id = Uuid::now_v7().to_string();
            puts.push(put(&self.users, &self.user, &[(schema::USERS.key, &id), (EMAIL, email)])?);
            let own = [(schema::CREDENTIALS.key, email.as_str()), (USER_ID, &id)];
            puts.push(put(&self.credentials, &self.credential, &own)?);
        }
        self.client.transact_write_items().set_transact_items(Some(puts)).send().await.map_err(Box::new)?;
        Ok(emails.len())
    }
}

async fn get(client: &Client, table: &str, key: &str, value: &str) -> Result<Item, FillError> {
    let request = client.get_item().table_name(table).key(key, AttributeValue::S(value.to_owned()));
    let output = request.consistent_read(true).send().await.map_err(Box::new)?;
    output.item.ok_or_else(|| FillError::NoModel { table: table.to_owned(), key: value.to_owned() })
}

/// Puts an item like `model`, with attributes of its own.
fn put(table: &str, model: &Item, own: &[(&str, &str)]) -> Result<TransactWriteItem, BuildError> {
    let mut item = model.clone();
    for (name, value) in own {
        item.insert((*name).to_owned(), AttributeValue::S((*value).to_owned()));
    }
    Ok(TransactWriteItem::builder().put(Put::builder().table_name(table).set_item(Some(item)).build()?).build())
}
