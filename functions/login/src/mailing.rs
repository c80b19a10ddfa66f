//! What a log-in has to do with mail.

use std::sync::Arc;

use shared::attempts::{AttemptStore, LoginAttempt, MailAttempt, MailLimits};
use shared::clock::Timestamp;
use shared::domain::{EmailAddress, User};
use shared::environment::{ConfigError, Environment};
use shared::error_chain::with_causes;
use shared::http::{Call, Failure};
use shared::logging::Part;
use shared::mail::{EmailVerification, MailSettings, Notice, OutboxStore, Subject};

/// What log-ins are built from that ask for mail.
#[derive(Debug)]
pub(crate) struct Mailing {
    outbox: Arc<dyn OutboxStore>,
    limits: MailLimits,
    verification: EmailVerification,
}

impl Mailing {
    /// `None` if there is no mail. The limits are read all the same, so that a bad one is found before it counts.
    pub(crate) fn read(
        environment: &Environment,
        outbox: Option<Arc<dyn OutboxStore>>,
    ) -> Result<Option<Self>, ConfigError> {
        let (limits, settings) = (MailLimits::read(environment)?, MailSettings::read(environment)?);
        Ok(outbox.map(|outbox| Self { outbox, limits, verification: settings.verification }))
    }

    /// Whether this user may log in: with `required`, only one whose address was proved. The others are from before.
    pub(crate) fn admits(&self, user: &User) -> bool {
        self.verification != EmailVerification::Required || user.email_verified
    }

    /// Asks for the mail that lets the owner of an address prove it: a reset of the password does. Whoever has had one is
    /// sent no other, and what goes wrong here only postpones it to the next log-in.
    pub(crate) async fn ask_for_proof(
        &self,
        call: &Call,
        attempt: &LoginAttempt,
        attempts: &dyn AttemptStore,
        email: &EmailAddress,
        now: Timestamp,
    ) {
        let mail = MailAttempt::new(self.limits, attempt.email_digest(), attempt.source_digest(), now);
        let asked = async {
            if mail.admit_reset(attempts).await? {
                self.outbox.add(&call.intent(Subject::Reset, email.clone(), now)).await?;
            }
            Ok::<_, Failure>(())
        };
        if let Err(error) = call.timed(Part::Store, asked).await {
            tracing::warn!("no mail was asked for: {}", with_causes(&error));
        }
    }

    /// Tells a user whose address was proved of a log-in from a new source. `false` if that failed, and the next log-in from
    /// there should tell again.
    pub(crate) async fn tells_of_new_source(&self, call: &Call, user: &User, now: Timestamp) -> bool {
        let Some(notice) = call.notice(Notice::NewLogin, user, now) else { return true };
        let told = call.timed(Part::Store, self.outbox.add(&notice)).await;
        told.inspect_err(|error| tracing::warn!("a log-in from a new source was not told of: {}", with_causes(error)))
            .is_ok()
    }
}
