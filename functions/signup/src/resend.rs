//! `POST /auth/signup/resend`: the mail with the code once more.

use std::time::Duration;

use lambda_http::http::StatusCode;
use shared::attempts::{MailAttempt, source_digest};
use shared::clock::Timestamp;
use shared::domain::EmailAddress;
use shared::http::{Answer, Call, Failure};
use shared::logging::Part;
use shared::mail::{Intent, PendingId, PendingSignup, Subject};

use super::Signup;
use super::begin::CODE_LASTS;
use super::confirm::SIGNUP_ID;
use super::confirmation::ConfirmationStores;

/// A sign-up that expires sooner gets a new code: mails can be late, and so can people.
const LEAST_LEFT: Duration = Duration::from_mins(30);

/// How often a sign-up is renewed again because it changes meanwhile.
const TRIES: u32 = 3;

impl Signup {
    /// The response does not say whether a sign-up waits.
    pub(crate) async fn resend(&self, call: &Call) -> Result<Answer, Failure> {
        let (confirmation, source) = (self.confirmation()?, self.sign_in.source(call)?);
        let id = call.members()?.parse(SIGNUP_ID, PendingId::of_signup);
        let id = id.map_err(|error| Failure::Fields(vec![error]))?;
        let now = self.clock.now();
        let reads = async { tokio::join!(self.sign_in.digest_key(now), confirmation.stores.signups.signup(&id)) };
        let (digest_key, signup) = call.timed(Part::Store, reads).await;
        let (digest_key, signup) = (digest_key?, signup?);
        let email = signup.as_ref().and_then(|signup| signup.pending.email.as_ref());
        let email_digest = digest_key.digest(email.map_or(id.as_str(), EmailAddress::canonical));
        let source = source_digest(&digest_key, source);
        call.note_source_digest(source.clone());
        let attempt = MailAttempt::new(confirmation.mails, &email_digest, &source, now);
        call.note_email_digest(email_digest);
        call.timed(Part::Store, attempt.admit(self.stores.attempts.as_ref())).await?;
        if let Some(signup) = signup {
            let asked = ask_again(call, &confirmation.stores, &id, signup, now);
            call.timed(Part::Store, asked).await?;
        }
        Ok(Answer::empty(StatusCode::ACCEPTED))
    }
}

/// Asks for the mail of a sign-up that waits. One that expires soon is renewed and gets a new code, which is good for no
/// longer than any other.
async fn ask_again(
    call: &Call,
    stores: &ConfirmationStores,
    id: &PendingId,
    signup: PendingSignup,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut seen = Some(signup);
    for _ in 0..TRIES {
        let Some(signup) = seen.filter(|signup| now < signup.pending.good_until) else { return Ok(()) };
        let Some(email) = signup.pending.email.clone() else { return Ok(()) };
        let intent = call.intent(Subject::Signup(id.clone()), email, now);
        let intent = Intent { languages: signup.languages.clone(), ..intent };
        if now.after(LEAST_LEFT) < signup.pending.good_until {
            return Ok(stores.outbox.add(&intent).await?);
        }
        if stores.signups.renew_signup(id, &signup, now.after(CODE_LASTS), &intent).await? {
            return Ok(());
        }
        seen = stores.signups.signup(id).await?;
    }
    Err(Failure::Unavailable("others kept changing what waits for a code".into()))
}
