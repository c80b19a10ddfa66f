//! `POST /auth/email/change` and `POST /auth/email/change/confirm`: the user gets another address.

use std::time::Duration;

use lambda_http::http::StatusCode;
use shared::attempts::{CodeAttempt, MailAttempt, source_digest};
use shared::authentication::Authenticated;
use shared::clock::Timestamp;
use shared::domain::{EmailAddress, KnownSources, NewGeneration, User};
use shared::http::{Answer, Call, Failure, Problem, TokenTransport};
use shared::logging::Part;
use shared::mail::{CodeTrial, CodeUse, CodeUseError, EmailChange, Notice, Pending, PendingId, PresentedCode, Subject};

use super::mailing::{INVALID_CODE, Mailing};
use super::ownership::{Proof, presented_password};
use super::{Account, TRIES};

/// It is the user's address already.
pub const SAME_ADDRESS: Problem =
    Problem::new(StatusCode::CONFLICT, "same_address", "This is your email address already. Enter another one.");
/// Somebody has the new address.
pub const EMAIL_TAKEN: Problem =
    Problem::new(StatusCode::CONFLICT, "email_taken", "An account with this email address exists. Use another one.");

/// The metric of an address that was changed.
const EMAIL_CHANGES: &str = "email_changes";

/// For how long the code is good that is mailed to the new address.
const CODE_LASTS: Duration = Duration::from_hours(1);

impl Account {
    /// Nobody learns whether the new address has an account: that is looked up where mails are sent.
    pub(crate) async fn change_email(&self, call: &Call) -> Result<Answer, Failure> {
        let (mailing, source, now) = (self.mailing()?, self.source(call)?, self.clock.now());
        let transport = call.token_transport()?;
        let body = call.members()?;
        let (email, password) =
            (body.parse("email", |typed| self.domains.parse_email(typed)), presented_password(&body));
        let (email, password) = match (email, password) {
            (Ok(email), Ok(password)) => (email, password),
            (email, password) => {
                return Err(Failure::Fields([email.err(), password.err()].into_iter().flatten().collect()));
            }
        };
        let authenticated = self.authenticate(call, transport, now).await?;
        let (user, own) = (&authenticated.user, authenticated.user.address()?);
        if own.as_ref().is_some_and(|own| own.canonical() == email.canonical()) {
            return Err(SAME_ADDRESS.into());
        }
        self.prove(call, &authenticated, own.as_ref(), &mut Proof::new(password, source, now)).await?;
        let keys = self.digest_keys(call, now).await?;
        let (digest, source) = (keys.digest.digest(email.canonical()), source_digest(&keys.digest, source));
        let attempt = MailAttempt::new(mailing.mails, &digest, &source, now);
        call.timed(Part::Store, attempt.admit(self.stores.attempts.as_ref())).await?;
        call.timed(Part::Store, self.begin_change(call, mailing, user, email, now)).await?;
        Ok(Answer::empty(StatusCode::ACCEPTED))
    }

    /// The same change, asked for again, keeps its code: the code of the first mail may be on its way.
    async fn begin_change(
        &self,
        call: &Call,
        mailing: &Mailing,
        user: &User,
        email: EmailAddress,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let id = PendingId::of_change(&user.id);
        let told = call.notice(Notice::ChangeAsked, user, now);
        let asked = call.intent(Subject::Change(user.id.clone()), email.clone(), now);
        let intents: Vec<_> = [asked].into_iter().chain(told).collect();
        for _ in 0..TRIES {
            let seen = mailing.stores.pending.pending(&id).await?;
            let same = seen.as_ref().filter(|seen| {
                let is_same_address = seen.email.as_ref().is_some_and(|seen| seen.canonical() == email.canonical());
                is_same_address && seen.generation == Some(user.generation)
            });
            let pending = Pending {
                seed: same.and_then(|same| same.live_seed(now)).cloned(),
                good_until: now.after(CODE_LASTS),
                email: Some(email.clone()),
                generation: Some(user.generation),
            };
            if mailing.stores.recovery.begin_change(&id, seen.as_ref(), &pending, &intents).await? {
                return Ok(());
            }
        }
        Err(Failure::Unavailable("others kept changing what waits for a code".into()))
    }

    pub(crate) async fn confirm_email(&self, call: &Call) -> Result<Answer, Failure> {
        let (mailing, source, now) = (self.mailing()?, self.source(call)?, self.clock.now());
        let transport = call.token_transport()?;
        let code = call.members()?.parse("code", PresentedCode::parse);
        let code = code.map_err(|error| Failure::Fields(vec![error]))?;
        let keys = self.digest_keys(call, now).await?;
        let authenticated = self.authenticate(call, transport, now).await?;
        let id = PendingId::of_change(&authenticated.user.id);
        let pending = call.timed(Part::Store, mailing.stores.pending.pending(&id)).await?;
        // A code counts for the address that it was mailed to.
        let email = pending.as_ref().and_then(|pending| pending.email.clone());
        let counted = email.as_ref().map_or(id.as_str(), EmailAddress::canonical);
        let email_digest = keys.digest.digest(counted);
        let attempt = CodeAttempt::new(mailing.codes, &keys.digest, &email_digest, source, code.is_of_link(), now);
        call.note_email_digest(email_digest);
        call.note_source_digest(attempt.source_digest().clone());
        self.admit_code(call, &attempt, &KnownSources::default()).await?;

        let generation = authenticated.user.generation;
        let pending = pending.filter(|pending| pending.generation == Some(generation));
        let trial = CodeTrial { key: &keys.codes, id: &id, presented: &code, now };
        let (Some(seed), Some(email)) = (trial.seed_if_right(pending.as_ref())?, email) else {
            return Err(self.refuse_code(call, &attempt).await?);
        };
        self.move_to(call, transport, authenticated, &email, CodeUse { id: &id, seed: &seed }, now).await
    }

    /// Gives the user the address that the code has proved. Their session may move on meanwhile, in another tab.
    async fn move_to(
        &self,
        call: &Call,
        transport: TokenTransport,
        authenticated: Authenticated,
        email: &EmailAddress,
        code: CodeUse<'_>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let (mailing, generation) = (self.mailing()?, authenticated.user.generation);
        let mut authenticated = authenticated;
        for _ in 0..TRIES {
            let user = &authenticated.user;
            // A reset ends a change that waits, whoever asked for it.
            if user.generation != generation {
                return Err(INVALID_CODE.into());
            }
            let old = user.address()?;
            let credential = match &old {
                Some(old) => call.timed(Part::Store, self.stores.credentials.credential(old)).await?,
                None => None,
            };
            let notice = call.notice(Notice::EmailChanged, user, now);
            let change = EmailChange {
                generation: NewGeneration { user, kept: authenticated.session(), at: now },
                email,
                credential: credential.as_ref(),
                code,
                notice: notice.as_ref(),
            };
            match call.timed(Part::Store, mailing.stores.recovery.change_email(change)).await {
                Ok(()) => {
                    call.count(EMAIL_CHANGES);
                    return Ok(Answer::empty(StatusCode::NO_CONTENT));
                }
                Err(CodeUseError::CodeUsed) => return Err(INVALID_CODE.into()),
                Err(CodeUseError::EmailTaken) => return Err(EMAIL_TAKEN.into()),
                Err(CodeUseError::Store(error)) => return Err(error.into()),
                Err(CodeUseError::UserChanged) => authenticated = self.authenticate(call, transport, now).await?,
            }
        }
        Err(Failure::Unavailable("others kept changing the user".into()))
    }
}
