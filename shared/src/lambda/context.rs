//! What functions are built from.

use crate::clock::Clock;
use crate::environment::{ConfigError, Environment};
use crate::http::{HttpConfig, ReturnUrls};
use crate::store::Client;

/// What every function is built from.
#[derive(Clone, Debug)]
pub struct Context {
    /// The settings.
    pub environment: Environment,
    /// The client of DynamoDB.
    pub client: Client,
    /// The time.
    pub clock: Clock,
    /// How the function meets its callers.
    pub http: HttpConfig,
    /// Where a sign-in through a provider may return to if no environment variable says it.
    pub return_urls: ReturnUrls,
}

impl Context {
    /// A context whose HTTP settings are those of the environment.
    pub fn read(environment: Environment, client: Client, clock: Clock) -> Result<Self, ConfigError> {
        let http = HttpConfig::read(&environment)?;
        Ok(Self { environment, client, clock, http, return_urls: ReturnUrls::NONE })
    }
}
