//! `POST /auth/signup` if no account exists before its code came back.

use std::time::Duration;

use lambda_http::http::StatusCode;
use serde_json::json;
use shared::attempts::{MailAttempt, SignupAttempt, source_digest};
use shared::clock::Timestamp;
use shared::domain::{HashError, PasswordContext, SourceDigest};
use shared::http::{Answer, Call, Failure};
use shared::logging::Part;
use shared::mail::{Pending, PendingId, PendingSignup, Subject};
use shared::sign_in::Wanted;

use super::confirmation::Confirmation;
use super::{Signup, SignupRequest, weak};

/// The metric of a sign-up that waits for its code.
const SIGN_UPS_BEGUN: &str = "sign_ups_begun";

/// For how long a sign-up waits and its code is good. NIST SP 800-63B-4 4.2.1.2 allows 24 hours.
pub(crate) const CODE_LASTS: Duration = Duration::from_hours(24);

impl Signup {
    /// The response and every step are the same for everybody: whether the address has an account is looked up where mails
    /// are sent (OWASP ASVS 5.0 6.3.8).
    pub(crate) async fn begin(&self, call: &Call, confirmation: &Confirmation) -> Result<Answer, Failure> {
        let (source, _wanted) = (self.sign_in.source(call)?, Wanted::of_call(call)?);
        let request = call.timed_now(Part::Decode, || self.read_request(call))?;
        self.check_invited(request.invite.as_ref())?;
        let now = self.clock.now();
        let digest_key = call.timed(Part::Store, self.sign_in.digest_key(now)).await?;
        let email_digest = digest_key.digest(request.email.canonical());
        call.note_email_digest(email_digest.clone());
        let source = source_digest(&digest_key, source);
        call.note_source_digest(source.clone());

        let attempt = SignupAttempt::new(self.limits, &source, now);
        let attempts = self.stores.attempts.as_ref();
        call.timed(Part::Store, attempt.admit(attempts)).await?;
        let mail = MailAttempt::new(confirmation.mails, &email_digest, &source, now);
        match self.let_wait(call, confirmation, request, &mail, source, now).await {
            Ok(id) => {
                call.count(SIGN_UPS_BEGUN);
                let body = json!({"signupId": id.name(), "expiresIn": CODE_LASTS.as_secs()});
                Ok(Answer::json(StatusCode::ACCEPTED, &body))
            }
            Err(failure @ (Failure::Fields(_) | Failure::Problem(_) | Failure::Limited(_))) => {
                call.timed(Part::Store, attempt.fail(attempts)).await?;
                Err(failure)
            }
            // Whether a mail is on its way is not clear: the attempt counts as a sign-up.
            Err(failure) => Err(failure),
        }
    }

    /// Scores the password, counts the mail, hashes the password, and stores what waits. A password that is too easy to
    /// guess costs the address none of its mails.
    async fn let_wait(
        &self,
        call: &Call,
        confirmation: &Confirmation,
        request: SignupRequest,
        mail: &MailAttempt,
        source: SourceDigest,
        now: Timestamp,
    ) -> Result<PendingId, Failure> {
        let SignupRequest { name, email, password, profile, invite, .. } = request;
        let context = PasswordContext { name: name.as_ref(), email: Some(&email) };
        let password = call.timed_now(Part::Decode, || password.score(context)).map_err(weak)?;
        let invitation = self.invitation(call, invite.as_ref(), &email, now).await?;
        call.timed(Part::Store, mail.admit(self.stores.attempts.as_ref())).await?;
        let password_hash = call.timed(Part::Argon2, self.hasher.hash(password)).await?;
        let id = PendingId::new_signup().ok_or(HashError::NoRandomness)?;
        let intent = call.intent(Subject::Signup(id.clone()), email.clone(), now);
        let pending = Pending { seed: None, good_until: now.after(CODE_LASTS), email: Some(email), generation: None };
        let languages = intent.languages.clone();
        let signup = PendingSignup { pending, name, profile, password_hash, source, languages, invitation };
        call.timed(Part::Store, confirmation.stores.signups.begin_signup(&id, &signup, &intent)).await?;
        Ok(id)
    }
}
