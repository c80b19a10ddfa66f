//! What the routes need that ask for mail or take a code.

use std::sync::Arc;

use lambda_http::http::StatusCode;
use shared::attempts::{CodeAttempt, CodeLimits, MailLimits};
use shared::clock::Timestamp;
use shared::domain::{KnownSources, User};
use shared::environment::{ConfigError, Environment};
use shared::http::{Call, Failure, Problem};
use shared::keys::DigestKeySet;
use shared::lambda::Context;
use shared::logging::Part;
use shared::mail::{Intent, Notice, OutboxStore, PendingStore, RecoveryStore};
use shared::store::{OutboxTable, PendingTable, RecoveryTables};

use super::Account;
use super::ownership::NO_KEYS_YET;

/// This service sends no mail.
pub const NO_MAIL: Problem =
    Problem::new(StatusCode::NOT_FOUND, "mail_is_off", "This service sends no mail, so it has no codes.");

/// The code is wrong, used or expired, or nothing waits for one. The response does not say which.
pub const INVALID_CODE: Problem = Problem::unauthorized(
    "Bearer",
    "invalid_code",
    "The code is wrong or has expired. Take the one of the latest mail, or ask for a new mail.",
);

/// The stores of what needs mail.
#[derive(Clone, Debug)]
pub struct MailStores {
    /// Where mails wait to be sent.
    pub outbox: Arc<dyn OutboxStore>,
    /// What waits for codes.
    pub pending: Arc<dyn PendingStore>,
    /// What codes are good for.
    pub recovery: Arc<dyn RecoveryStore>,
}

/// What the routes that need mail are built from.
#[derive(Debug)]
pub(crate) struct Mailing {
    pub(crate) stores: MailStores,
    pub(crate) mails: MailLimits,
    pub(crate) codes: CodeLimits,
}

impl MailStores {
    /// The stores that the environment names.
    pub(crate) fn read(context: &Context) -> Result<Self, ConfigError> {
        let Context { environment, client, .. } = context;
        Ok(Self {
            outbox: Arc::new(OutboxTable::read(environment, client)?),
            pending: Arc::new(PendingTable::read(environment, client)?),
            recovery: Arc::new(RecoveryTables::read(environment, client)?),
        })
    }
}

impl Mailing {
    pub(crate) fn read(environment: &Environment, stores: MailStores) -> Result<Self, ConfigError> {
        Ok(Self { stores, mails: MailLimits::read(environment)?, codes: CodeLimits::read(environment)? })
    }
}

impl Account {
    pub(crate) fn mailing(&self) -> Result<&Mailing, Problem> {
        self.mailing.as_ref().ok_or(NO_MAIL)
    }

    /// A notice to a user, if there is mail and their address was proved.
    pub(crate) fn notice(&self, call: &Call, notice: Notice, user: &User, now: Timestamp) -> Option<Intent> {
        self.mailing.as_ref().and_then(|_mailing| call.notice(notice, user, now))
    }

    /// The keys for digests and codes.
    pub(crate) async fn digest_keys(&self, call: &Call, now: Timestamp) -> Result<Arc<DigestKeySet>, Failure> {
        Ok(call.timed(Part::Store, self.digest_keys.at(now)).await?.ok_or(NO_KEYS_YET)?)
    }
}

impl Account {
    /// Counts the code, unless that refuses it.
    pub(crate) async fn admit_code(
        &self,
        call: &Call,
        attempt: &CodeAttempt,
        known: &KnownSources,
    ) -> Result<(), Failure> {
        let attempts = self.stores.attempts.as_ref();
        let counts = call.timed(Part::Store, attempt.count(attempts)).await?;
        call.admit_code(attempt, counts, known, attempts).await
    }

    /// Counts that a code was wrong.
    pub(crate) async fn refuse_code(&self, call: &Call, attempt: &CodeAttempt) -> Result<Failure, Failure> {
        call.timed(Part::Store, attempt.count_failure(self.stores.attempts.as_ref())).await?;
        Ok(INVALID_CODE.into())
    }
}
