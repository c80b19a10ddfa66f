//! A client for commands that write or read whole tables.

use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use shared::store::Client;

/// A new on-demand table refuses writes until it has adapted to them, which takes minutes, and a command can wait for that.
const CALL_TIMEOUT: Duration = Duration::from_mins(5);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
const ATTEMPTS: u32 = 20;

/// The same client, which waits longer and tries more often than a function may.
pub(super) fn patient(client: &Client) -> Client {
    let timeouts =
        TimeoutConfig::builder().operation_timeout(CALL_TIMEOUT).operation_attempt_timeout(ATTEMPT_TIMEOUT).build();
    let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS);
    Client::from_conf(client.config().to_builder().timeout_config(timeouts).retry_config(retries).build())
}
