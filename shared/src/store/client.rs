//! The client of DynamoDB.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Builder, Credentials, Region, StalledStreamProtectionConfig};

use crate::environment::{ConfigError, Environment};
use crate::tls::amazon_client;

/// Most requests make at most four calls one after the other. So many end within the 13 seconds that a request may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1200);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 3;
const FIRST_BACKOFF: Duration = Duration::from_millis(50);
const LOCAL_CALL_TIMEOUT: Duration = Duration::from_secs(30);

const ENDPOINT: &str = "AWS_ENDPOINT_URL_DYNAMODB";
const REGION: &str = "AWS_REGION";
const KEY_ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET_KEY: &str = "AWS_SECRET_ACCESS_KEY";

/// The client of a function: region and credentials from the variables that Lambda sets, the endpoint from
/// `AWS_ENDPOINT_URL_DYNAMODB` if that is set. Nothing else that the SDK looks for is read: its other sources of credentials
/// would be a third of the program, and it panics if the endpoint's variable is empty.
pub fn function_client(environment: &Environment) -> Result<Client, ConfigError> {
    let region = environment.required(REGION, "the name of a region", "eu-central-1")?;
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .http_client(amazon_client(environment)?);
    Ok(Client::from_conf(at_endpoint(bounded(config), environment).build()))
}

/// The client of an operator's commands: region, where it is not given, and credentials as the AWS SDK finds them, whom the
/// system trusts, and otherwise as a function's.
pub async fn operator_client(environment: &Environment, region: Option<String>) -> Client {
    let found = aws_config::defaults(BehaviorVersion::latest());
    let found = match region {
        Some(region) => found.region(Region::new(region)),
        None => found,
    };
    let found = found.load().await;
    let mut config = Builder::new().behavior_version(BehaviorVersion::latest()).region(found.region().cloned());
    config.set_credentials_provider(found.credentials_provider());
    Client::from_conf(at_endpoint(bounded(config), environment).build())
}

/// A DynamoDB on this machine or beside it: where it is, and the key to sign with. The embedded one knows the key of its run.
/// Others, such as DynamoDB Local, accept any.
#[derive(Clone, Debug)]
pub struct LocalDynamoDb {
    url: String,
    key: Credentials,
}

impl LocalDynamoDb {
    /// The region that requests to it are signed for.
    pub const REGION: &str = "us-east-1";

    /// The one at `url`, which knows this key.
    #[must_use]
    pub fn with_key(url: impl Into<String>, access_key_id: &str, secret_access_key: &str) -> Self {
        Self { url: url.into(), key: Credentials::new(access_key_id, secret_access_key, None, None, "local") }
    }

    /// The one at `url`. The key is that of `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, and `local` without them.
    #[must_use]
    pub fn read(environment: &Environment, url: impl Into<String>) -> Self {
        let [id, secret] = [KEY_ID, SECRET_KEY].map(|name| environment.get(name).unwrap_or("local"));
        Self::with_key(url, id, secret)
    }

    /// The same DynamoDB under another address, such as that of a proxy in front of it.
    #[must_use]
    pub fn at(&self, url: impl Into<String>) -> Self {
        Self { url: url.into(), ..self.clone() }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &Credentials {
        &self.key
    }

    /// The variables that hold the key.
    #[must_use]
    pub fn key_variables(&self) -> [(&'static str, &str); 2] {
        [(KEY_ID, self.key.access_key_id()), (SECRET_KEY, self.key.secret_access_key())]
    }

    /// The variables that lead the AWS SDK, and so a function's program, to it.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, &str); 4] {
        let [id, secret] = self.key_variables();
        [(ENDPOINT, self.url()), (REGION, Self::REGION), id, secret]
    }

    /// A client. It asks neither the environment nor the instance metadata service for anything, and waits longer than a
    /// function may: a machine that compiles and runs tests meanwhile is slow now and then, and no Lambda time-out ends its
    /// requests.
    #[must_use]
    pub fn client(&self) -> Client {
        let config = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(Self::REGION))
            .credentials_provider(self.key.clone())
            .endpoint_url(&self.url)
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_timeout(LOCAL_CALL_TIMEOUT)
                    .connect_timeout(LOCAL_CALL_TIMEOUT)
                    .build(),
            )
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(retries());
        Client::from_conf(config.build())
    }
}

fn at_endpoint(config: Builder, environment: &Environment) -> Builder {
    match environment.get(ENDPOINT) {
        Some(url) => config.endpoint_url(url),
        None => config,
    }
}

fn bounded(config: Builder) -> Builder {
    config
        .timeout_config(
            TimeoutConfig::builder()
                .operation_timeout(CALL_TIMEOUT)
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .connect_timeout(CONNECT_TIMEOUT)
                .build(),
        )
        .retry_config(retries())
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(FIRST_BACKOFF)
}
