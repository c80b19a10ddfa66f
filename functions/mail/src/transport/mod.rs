//! Who takes a mail.

mod ses;
mod smtp;

use std::error::Error;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use shared::environment::{ConfigError, Environment};
use thiserror::Error;

use crate::letter::Letter;
use ses::Ses;
use smtp::Smtp;

const TRANSPORT: &str = "MAIL_TRANSPORT";
/// How long a mail may take to be taken.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// Something that takes mails to bring them to people.
#[async_trait]
pub trait Transport: Debug + Send + Sync {
    /// Hands a mail over.
    async fn send(&self, letter: &Letter) -> Result<(), SendError>;
}

/// Why a mail was not taken. No message of a mail server stands in it: those repeat addresses.
#[derive(Debug, Error)]
pub enum SendError {
    /// It will not be taken at another time either.
    #[error("{0}")]
    Refused(String),
    /// It may be taken at another time.
    #[error("{what}")]
    Failed {
        /// What went wrong.
        what: String,
        /// Why, if no answer of a mail server is in it.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

/// The transport that `MAIL_TRANSPORT` names: `ses`, by default, or `smtp`.
pub(crate) fn read(environment: &Environment) -> Result<Arc<dyn Transport>, ConfigError> {
    match environment.get(TRANSPORT).unwrap_or("ses") {
        "ses" => Ok(Arc::new(Ses::read(environment)?)),
        "smtp" => Ok(Arc::new(Smtp::read(environment)?)),
        other => Err(ConfigError::invalid(TRANSPORT, other, "ses or smtp", "ses")),
    }
}
