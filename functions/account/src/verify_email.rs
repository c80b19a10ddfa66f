//! `POST /auth/email/verify` and `POST /auth/email/verify/send`: the user proves that they read mail at their address.

use lambda_http::http::StatusCode;
use shared::attempts::{CodeAttempt, MailAttempt, source_digest};
use shared::clock::Timestamp;
use shared::domain::{EmailAddress, KnownSources, User};
use shared::http::{Answer, Call, Failure, Problem};
use shared::logging::Part;
use shared::mail::{CodeTrial, CodeUse, CodeUseError, Pending, PendingId, PresentedCode, Subject};

use super::Account;
use super::change_password::NO_ADDRESS;
use super::mailing::INVALID_CODE;

/// There is nothing to prove.
pub const ALREADY_VERIFIED: Problem =
    Problem::new(StatusCode::CONFLICT, "already_verified", "This email address is verified already.");

/// The metric of an address that was verified.
const VERIFICATIONS: &str = "verifications";

impl Account {
    pub(crate) async fn send_verification(&self, call: &Call) -> Result<Answer, Failure> {
        let (mailing, source, now) = (self.mailing()?, self.source(call)?, self.clock.now());
        let (user, email) = self.user_to_verify(call, now).await?;
        let keys = self.digest_keys(call, now).await?;
        let (email_digest, source) = (keys.digest.digest(email.canonical()), source_digest(&keys.digest, source));
        call.note_email_digest(email_digest.clone());
        call.note_source_digest(source.clone());
        let attempt = MailAttempt::new(mailing.mails, &email_digest, &source, now);
        call.timed(Part::Store, attempt.admit(self.stores.attempts.as_ref())).await?;
        let intent = call.intent(Subject::Verify(user.id), email, now);
        call.timed(Part::Store, mailing.stores.outbox.add(&intent)).await?;
        Ok(Answer::empty(StatusCode::ACCEPTED))
    }

    /// The code works with the user's own token alone. Whoever gets a mail about the account of somebody else, and clicks,
    /// proves nothing for it.
    pub(crate) async fn verify_email(&self, call: &Call) -> Result<Answer, Failure> {
        let (mailing, source, now) = (self.mailing()?, self.source(call)?, self.clock.now());
        let code = call.members()?.parse("code", PresentedCode::parse);
        let code = code.map_err(|error| Failure::Fields(vec![error]))?;
        let (user, email) = self.user_to_verify(call, now).await?;
        let keys = self.digest_keys(call, now).await?;
        let email_digest = keys.digest.digest(email.canonical());
        let attempt = CodeAttempt::new(mailing.codes, &keys.digest, &email_digest, source, code.is_of_link(), now);
        call.note_email_digest(email_digest);
        call.note_source_digest(attempt.source_digest().clone());
        self.admit_code(call, &attempt, &KnownSources::default()).await?;

        let id = PendingId::of_verification(&user.id);
        let pending = call.timed(Part::Store, mailing.stores.pending.pending(&id)).await?;
        // The code proves the address that it was mailed to, and the user may have another one by now.
        let pending = pending.filter(|pending| is_of(pending, &email));
        let trial = CodeTrial { key: &keys.codes, id: &id, presented: &code, now };
        let Some(seed) = trial.seed_if_right(pending.as_ref())? else {
            return Err(self.refuse_code(call, &attempt).await?);
        };
        let code = CodeUse { id: &id, seed: &seed };
        match call.timed(Part::Store, mailing.stores.recovery.prove_email(&user, code)).await {
            Ok(()) => {
                call.count(VERIFICATIONS);
                Ok(Answer::empty(StatusCode::NO_CONTENT))
            }
            Err(CodeUseError::Store(error)) => Err(error.into()),
            Err(_) => Err(INVALID_CODE.into()),
        }
    }

    /// The user of the token, and the address that is to be proved.
    async fn user_to_verify(&self, call: &Call, now: Timestamp) -> Result<(User, EmailAddress), Failure> {
        let user = self.authenticate(call, call.token_transport()?, now).await?.user;
        if user.email_verified {
            return Err(ALREADY_VERIFIED.into());
        }
        let email = user.address()?.ok_or(NO_ADDRESS)?;
        Ok((user, email))
    }
}

/// Whether the code was mailed to this address.
fn is_of(pending: &Pending, email: &EmailAddress) -> bool {
    pending.email.as_ref().is_some_and(|mailed_to| mailed_to.canonical() == email.canonical())
}
