//! Amazon SES.

use std::time::Duration;

use async_trait::async_trait;
use aws_config::BehaviorVersion;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::{Builder, Region};
use aws_sdk_sesv2::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, RawMessage};
use shared::environment::{ConfigError, Environment};
use shared::tls::amazon_client;

use super::{SEND_TIMEOUT, SendError, Transport};
use crate::letter::Letter;

const REGION: &str = "AWS_REGION";
const ENDPOINT: &str = "AWS_ENDPOINT_URL_SESV2";
const CONFIGURATION_SET: &str = "MAIL_CONFIGURATION_SET";
/// A connection that is kept is dead after the function was frozen, so there is a second attempt.
const ATTEMPTS: u32 = 2;
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// What SES refuses however often it is sent. Everything else may be over soon: a throttle, a quota, an account that is paused
/// while somebody looks at it. <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html>
const PERMANENT: [&str; 2] = ["MessageRejected", "BadRequestException"];
const ADVICE: &str = "SES takes mails only from identities that it has verified and, in its sandbox, only to such: verify MAIL_FROM's \
                      domain, and ask AWS for production access";

/// Sends through SES. <https://docs.aws.amazon.com/ses/latest/dg/send-email-raw.html>
#[derive(Debug)]
pub(super) struct Ses {
    client: Client,
    configuration_set: Option<String>,
}

impl Ses {
    /// Region and credentials are those of the function.
    pub(super) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let region = environment.required(REGION, "the name of a region", "eu-central-1")?;
        let timeouts = TimeoutConfig::builder()
            .operation_timeout(SEND_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .build();
        let mut config = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .credentials_provider(EnvironmentVariableCredentialsProvider::new())
            .http_client(amazon_client(environment)?)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
        if let Some(url) = environment.get(ENDPOINT) {
            config = config.endpoint_url(url);
        }
        let configuration_set = environment.get(CONFIGURATION_SET).map(str::to_owned);
        Ok(Self { client: Client::from_conf(config.build()), configuration_set })
    }
}

#[async_trait]
impl Transport for Ses {
    async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        let raw = RawMessage::builder().data(Blob::new(letter.message.as_slice())).build();
        let raw = raw.map_err(|error| SendError::Failed {
            what: "SES cannot be called".to_owned(),
            source: Some(error.into()),
        })?;
        let sent = self
            .client
            .send_email()
            .set_from_email_address(letter.envelope.from().map(ToString::to_string))
            .destination(Destination::builder().to_addresses(&letter.to).build())
            .content(EmailContent::builder().raw(raw).build())
            .set_configuration_set_name(self.configuration_set.clone())
            .send();
        sent.await.map(drop).map_err(failure)
    }
}

/// SES's own words are left out: they repeat addresses.
fn failure(error: SdkError<SendEmailError>) -> SendError {
    match error.as_service_error().and_then(SendEmailError::code) {
        Some(code) if PERMANENT.contains(&code) => SendError::Refused(format!("SES refused it ({code}). {ADVICE}")),
        Some(code) => SendError::Failed { what: format!("SES did not take it ({code})"), source: None },
        None => SendError::Failed { what: "SES did not answer".to_owned(), source: error.into_source().ok() },
    }
}
