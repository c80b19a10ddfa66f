//! `POST /auth/password/reset`: a code of a mail becomes a new password.

use lambda_http::http::StatusCode;
use shared::attempts::CodeAttempt;
use shared::clock::Timestamp;
use shared::domain::{
    Credential, EmailAddress, NewGeneration, PasswordContext, PasswordHash, PasswordPolicy, ProposedPassword,
    SourceDigest,
};
use shared::http::{Answer, Call, Failure, FieldError};
use shared::logging::Part;
use shared::mail::{CodeTrial, CodeUse, CodeUseError, Notice, PasswordReset, PendingId, PresentedCode, Seed, Subject};

use super::mailing::INVALID_CODE;
use super::{Account, TRIES};

/// The metric of a reset that succeeds.
const RESETS: &str = "resets";
/// The member of the body that holds the new password.
const PASSWORD: &str = "password";

/// What the body of a reset holds.
struct ResetRequest {
    email: EmailAddress,
    code: PresentedCode,
    password: ProposedPassword,
}

impl ResetRequest {
    /// Reads all of the fields, so that the response can name every one that is wrong. How hard the password is to guess is not
    /// looked at: that takes time, and nothing is counted yet.
    fn parse(call: &Call, policy: PasswordPolicy) -> Result<Self, Failure> {
        let body = call.members()?;
        let email = body.parse("email", EmailAddress::parse);
        let code = body.parse("code", PresentedCode::parse);
        let password = body.parse(PASSWORD, |typed| policy.parse(typed));
        match (email, code, password) {
            (Ok(email), Ok(code), Ok(password)) => Ok(Self { email, code, password }),
            (email, code, password) => {
                let errors = [email.err(), code.err(), password.err()];
                Err(Failure::Fields(errors.into_iter().flatten().collect()))
            }
        }
    }
}

/// A reset whose code was right.
struct Resetting<'r> {
    email: &'r EmailAddress,
    password_hash: PasswordHash,
    source: &'r SourceDigest,
    id: PendingId,
    seed: Seed,
    now: Timestamp,
}

impl Account {
    /// A wrong code takes the same steps whether or not there is an account.
    pub(crate) async fn reset(&self, call: &Call) -> Result<Answer, Failure> {
        let (mailing, source) = (self.mailing()?, self.source(call)?);
        let request = call.timed_now(Part::Decode, || ResetRequest::parse(call, self.policy))?;
        let now = self.clock.now();
        let keys = self.digest_keys(call, now).await?;
        let email_digest = keys.digest.digest(request.email.canonical());
        let is_of_link = request.code.is_of_link();
        let attempt = CodeAttempt::new(mailing.codes, &keys.digest, &email_digest, source, is_of_link, now);
        let id = PendingId::of_reset(&email_digest);
        call.note_email_digest(email_digest);
        call.note_source_digest(attempt.source_digest().clone());

        let attempts = self.stores.attempts.as_ref();
        let reads = async {
            tokio::join!(
                attempt.count(attempts),
                mailing.stores.pending.pending(&id),
                self.stores.credentials.credential(&request.email)
            )
        };
        let (counts, pending, credential) = call.timed(Part::Store, reads).await;
        let (counts, pending, credential) = (counts?, pending?, credential?);
        let known = credential.as_ref().map(|credential| credential.known_sources.clone()).unwrap_or_default();
        call.admit_code(&attempt, counts, &known, attempts).await?;
        let context = PasswordContext { name: None, email: Some(&request.email) };
        let password = match call.timed_now(Part::Decode, || request.password.score(context)) {
            Ok(password) => password,
            Err(invalid) => {
                call.timed(Part::Store, attempt.withdraw(&known, attempts)).await?;
                return Err(Failure::Fields(vec![FieldError { field: PASSWORD.into(), invalid }]));
            }
        };
        let trial = CodeTrial { key: &keys.codes, id: &id, presented: &request.code, now };
        let (Some(seed), Some(credential)) = (trial.seed_if_right(pending.as_ref())?, credential) else {
            return Err(self.refuse_code(call, &attempt).await?);
        };
        let password_hash = call.timed(Part::Argon2, self.hasher.hash(password)).await?;
        let source = attempt.source_digest();
        let resetting = Resetting { email: &request.email, password_hash, source, id, seed, now };
        self.set_anew(call, &resetting, credential).await
    }

    /// The account may change while it is reset, and the code must win: whoever has the account may be who it is taken from.
    async fn set_anew(
        &self,
        call: &Call,
        resetting: &Resetting<'_>,
        credential: Credential,
    ) -> Result<Answer, Failure> {
        let Resetting { email, password_hash, source, id, seed, now } = resetting;
        let mailing = self.mailing()?;
        let mut credential = Some(credential);
        for _ in 0..TRIES {
            let Some(Credential { user_id, .. }) = &credential else { return Err(INVALID_CODE.into()) };
            call.note_user(user_id);
            let read = call.timed(Part::Store, self.stores.users.user(user_id)).await?;
            if let Some(user) = read {
                let notice = call.intent(Subject::Notice(Notice::PasswordChanged), (*email).clone(), *now);
                let reset = PasswordReset {
                    generation: NewGeneration { user: &user, kept: None, at: *now },
                    email,
                    password_hash,
                    source,
                    code: CodeUse { id, seed },
                    notice: &notice,
                };
                match call.timed(Part::Store, mailing.stores.recovery.reset_password(reset)).await {
                    Ok(()) => {
                        call.count(RESETS);
                        return Ok(Answer::empty(StatusCode::NO_CONTENT));
                    }
                    Err(CodeUseError::CodeUsed) => return Err(INVALID_CODE.into()),
                    Err(CodeUseError::Store(error)) => return Err(error.into()),
                    Err(CodeUseError::UserChanged | CodeUseError::EmailTaken) => {}
                }
            }
            credential = call.timed(Part::Store, self.stores.credentials.credential(email)).await?;
        }
        Err(Failure::Unavailable("others kept changing the user".into()))
    }
}
