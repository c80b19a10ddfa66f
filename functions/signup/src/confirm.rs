//! `POST /auth/signup/confirm`: the code of a mail makes the account and its first token.

use lambda_http::http::StatusCode;
use shared::attempts::CodeAttempt;
use shared::clock::Timestamp;
use shared::domain::{Authentication, EmailAddress, HashError, KnownSources, NewSession, User, UserId, UserIdKind};
use shared::http::{Answer, Call, Failure, Problem};
use shared::logging::Part;
use shared::mail::{CodeTrial, ConfirmError, NewAccount, PendingId, PendingSignup, PresentedCode, Seed};
use shared::sign_in::{Admitted, AdmittedTo, Wanted};

use super::confirmation::Confirmation;
use super::invitation::{INVALID_INVITE, claims_of};
use super::{EMAIL_TAKEN, SIGN_UPS, Signup};

/// The code is wrong, used or expired, or no such sign-up waits for one. The response does not say which.
pub const INVALID_CODE: Problem = Problem::unauthorized(
    "Bearer",
    "invalid_code",
    "The code is wrong or has expired. Take the one of the latest mail, or sign up again.",
);

/// The member of the body that names the sign-up.
pub(crate) const SIGNUP_ID: &str = "signupId";

/// What the body of a confirmation holds.
struct ConfirmRequest {
    id: PendingId,
    code: PresentedCode,
    refresh: bool,
}

impl ConfirmRequest {
    /// Reads all of the fields, so that the response can name every one that is wrong.
    fn parse(call: &Call) -> Result<Self, Failure> {
        let body = call.members()?;
        let id = body.parse(SIGNUP_ID, PendingId::of_signup);
        let code = body.parse("code", PresentedCode::parse);
        let refresh = Wanted::refresh_in(call, &body);
        match (id, code, refresh) {
            (Ok(id), Ok(code), Ok(refresh)) => Ok(Self { id, code, refresh }),
            (id, code, refresh) => {
                let errors = [id.err(), code.err(), refresh.err()];
                Err(Failure::Fields(errors.into_iter().flatten().collect()))
            }
        }
    }
}

/// A sign-up whose code was right.
struct Confirmed<'c> {
    id: &'c PendingId,
    signup: &'c PendingSignup,
    email: &'c EmailAddress,
    seed: &'c Seed,
    session: Option<&'c NewSession>,
    now: Timestamp,
}

impl Signup {
    /// A code that is not good takes the same steps whatever is wrong with it.
    pub(crate) async fn confirm(&self, call: &Call) -> Result<Answer, Failure> {
        let confirmation = self.confirmation()?;
        // What began while sign-up was open ends with it.
        self.check_open()?;
        let (source, wanted) = (self.sign_in.source(call)?, Wanted::of_call(call)?);
        let ConfirmRequest { id, code, refresh } = call.timed_now(Part::Decode, || ConfirmRequest::parse(call))?;
        let wanted = wanted.with_refresh(refresh);
        let now = self.clock.now();
        let reads = async { tokio::join!(confirmation.stores.signups.signup(&id), self.sign_in.keys_for(wanted, now)) };
        let (signup, keys) = call.timed(Part::Store, reads).await;
        let (signup, keys) = (signup?, keys?);

        // Codes count for the address that they were mailed to, which one person can let wait many times.
        let email = signup.as_ref().and_then(|signup| signup.pending.email.as_ref());
        let email_digest = keys.digest_key().digest(email.map_or(id.as_str(), EmailAddress::canonical));
        let is_of_link = code.is_of_link();
        let attempt = CodeAttempt::new(confirmation.codes, keys.digest_key(), &email_digest, source, is_of_link, now);
        call.note_email_digest(email_digest);
        call.note_source_digest(attempt.source_digest().clone());
        let attempts = self.stores.attempts.as_ref();
        let counts = call.timed(Part::Store, attempt.count(attempts)).await?;
        call.admit_code(&attempt, counts, &KnownSources::default(), attempts).await?;

        let key = keys.code_key().ok_or_else(|| Failure::Unavailable("the key of codes is not stored yet".into()))?;
        let trial = CodeTrial { key, id: &id, presented: &code, now };
        let seed = trial.seed_if_right(signup.as_ref().map(|signup| &signup.pending))?;
        let (Some(seed), Some(signup), Some(email)) = (&seed, &signup, email) else {
            call.timed(Part::Store, attempt.count_failure(attempts)).await?;
            return Err(INVALID_CODE.into());
        };

        let authentication = Authentication::by_password(self.clock.now());
        let session = self.sign_in.begin_session(call, wanted, &authentication)?;
        let confirmed = Confirmed { id: &id, signup, email, seed, session: session.as_ref(), now };
        let user = call.timed(Part::Store, self.make_confirmed(confirmation, confirmed)).await?;
        call.note_user(&user.id);
        let to = AdmittedTo::new(session.as_ref(), user.generation, &authentication);
        let admitted = Admitted { user_id: user.id, claims: &user.claims, to };
        let answer = self.sign_in.open(call, wanted, &keys, admitted, StatusCode::CREATED)?;
        call.count(SIGN_UPS);
        Ok(answer)
    }

    /// Puts the account into the store. An id that somebody has already is drawn again: among integers that can happen.
    async fn make_confirmed(&self, confirmation: &Confirmation, confirmed: Confirmed<'_>) -> Result<User, Failure> {
        let Confirmed { id, signup, email, seed, session, now } = confirmed;
        for _ in 0..UserIdKind::DRAWS {
            let user_id = UserId::generate(self.user_ids, now).ok_or(HashError::NoRandomness)?;
            let user = User {
                name: signup.name.clone(),
                profile: signup.profile.clone(),
                email: Some(email.shown().to_owned()),
                email_verified: true,
                claims: claims_of(signup.invitation.as_ref()),
                sessions: session.iter().map(|new| (new.id.clone(), new.session.clone())).collect(),
                ..User::new(user_id, now)
            };
            let PendingSignup { password_hash, source, invitation, .. } = signup;
            let account = NewAccount { user: &user, email, password_hash, source, invitation: invitation.as_ref() };
            match confirmation.stores.signups.confirm_signup(account, id, seed).await {
                Ok(()) => return Ok(user),
                Err(ConfirmError::CodeUsed) => return Err(INVALID_CODE.into()),
                Err(ConfirmError::EmailTaken) => return Err(EMAIL_TAKEN.into()),
                Err(ConfirmError::InvitationUsed) => return Err(INVALID_INVITE.into()),
                Err(ConfirmError::Store(error)) => return Err(error.into()),
                Err(ConfirmError::IdTaken) => {}
            }
        }
        Err(Failure::Internal(format!("{} new user ids in a row were taken", UserIdKind::DRAWS).into()))
    }
}
