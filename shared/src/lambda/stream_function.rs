//! A function that a table's stream starts.

use std::error::Error;
use std::future::Future;

use crate::clock::Clock;
use crate::environment::{ConfigError, Environment};
use crate::store::Client;

/// A Lambda function behind the stream of a table, which tells it of every new item.
pub trait StreamFunction: Sized + Send + Sync + 'static {
    /// Its name, which is also that of its crate and its program.
    const NAME: &'static str;

    /// The name of the table's key.
    const KEY: &'static str;

    /// Why an item has to come again.
    type Failure: Error + Send + 'static;

    /// Builds it, with every setting read and checked.
    fn build(environment: &Environment, client: &Client, clock: Clock) -> Result<Self, ConfigError>;

    /// Does what would otherwise hold up the first item. What fails is logged, and the first item tries again.
    fn warm_up(&self) -> impl Future<Output = ()> + Send;

    /// Does what is to be done about the new item with this key, and logs what came of it. A failure means that the item has to
    /// come again.
    fn handle(&self, key: &str) -> impl Future<Output = Result<(), Self::Failure>> + Send;
}
