//! `POST /auth/password/forgot`: a code by mail, if the address has an account.

use lambda_http::http::StatusCode;
use shared::attempts::{MailAttempt, source_digest};
use shared::domain::EmailAddress;
use shared::http::{Answer, Call, Failure};
use shared::logging::Part;
use shared::mail::Subject;

use super::Account;

/// The metric of a reset that was asked for.
const RESETS_ASKED: &str = "resets_asked";

impl Account {
    /// The response and every step are the same for everybody: whether there is an account is looked up where mails are sent.
    pub(crate) async fn forgot(&self, call: &Call) -> Result<Answer, Failure> {
        let (mailing, source) = (self.mailing()?, self.source(call)?);
        let email = call.members()?.parse("email", EmailAddress::parse);
        let email = email.map_err(|error| Failure::Fields(vec![error]))?;
        let now = self.clock.now();
        let keys = self.digest_keys(call, now).await?;
        let (email_digest, source) = (keys.digest.digest(email.canonical()), source_digest(&keys.digest, source));
        call.note_email_digest(email_digest.clone());
        call.note_source_digest(source.clone());
        let attempt = MailAttempt::new(mailing.mails, &email_digest, &source, now);
        if call.timed(Part::Store, attempt.admit_reset(self.stores.attempts.as_ref())).await? {
            let intent = call.intent(Subject::Reset, email, now);
            call.timed(Part::Store, mailing.stores.outbox.add(&intent)).await?;
        }
        call.count(RESETS_ASKED);
        Ok(Answer::empty(StatusCode::ACCEPTED))
    }
}
