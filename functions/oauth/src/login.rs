//! `POST /auth/oauth/login`: a code becomes a token, of a user who is there or of a new one.

use lambda_http::http::StatusCode;
use shared::attempts::{SignupAttempt, source_digest};
use shared::authentication::ACCOUNT_DISABLED;
use shared::clock::Timestamp;
use shared::domain::{
    AddSessionError, Authentication, Checked, EmailAddress, FederateError, HashError, Link, LinkedIdentity, NewLink,
    NewSession, OneTimeCode, ProvenIdentity, SignUps, SourceDigest, User, UserClaims, UserId, UserIdKind,
};
use shared::http::problem::SIGNUP_CLOSED;
use shared::http::{Answer, Call, Failure, Problem};
use shared::keys::SigningKeySet;
use shared::logging::Part;
use shared::mail::{EmailVerification, Subject};
use shared::sign_in::{Admitted, AdmittedTo, Wanted};

use super::OAuth;
use super::presented::{INVALID_CODE, PresentedCode};
use super::standing::Standing;

/// Somebody has the email address of a new identity. It may be somebody else, so an address never links.
pub const EMAIL_TAKEN: Problem = Problem::new(
    StatusCode::CONFLICT,
    "email_taken",
    "An account with this email address exists. Log in to it, then link this sign-in with the same code.",
);

/// The provider gives a new user no address, or none that may have an account here.
pub const EMAIL_DOMAIN_NOT_ALLOWED: Problem = Problem::new(
    StatusCode::FORBIDDEN,
    "email_domain_not_allowed",
    "The email address at this provider cannot have an account here. Sign in with another one.",
);

/// The metric of a sign-in of somebody who is known.
const LOG_INS: &str = "log_ins";
/// The metric of a sign-in that makes a user.
const SIGN_UPS: &str = "sign_ups";

/// How often an identity is looked up again because somebody linked it meanwhile.
const TRIES: u32 = 3;

/// What the body of a sign-in holds.
struct LoginRequest {
    code: PresentedCode,
    refresh: bool,
}

impl LoginRequest {
    /// Reads all of the fields, so that the response can name every one that is wrong.
    fn parse(call: &Call) -> Result<Self, Failure> {
        let body = call.members()?;
        match (PresentedCode::parse(&body), Wanted::refresh_in(call, &body)) {
            (Ok(code), Ok(refresh)) => Ok(Self { code, refresh }),
            (code, refresh) => {
                let errors = code.err().unwrap_or_default().into_iter();
                Err(Failure::Fields(errors.chain(refresh.err()).collect()))
            }
        }
    }
}

/// A sign-in whose code is good.
struct SigningIn<'s> {
    identity: ProvenIdentity,
    code: OneTimeCode,
    source: SourceDigest,
    keys: &'s SigningKeySet,
    session: Option<NewSession>,
    now: Timestamp,
}

/// Who is signed in.
struct SignedIn {
    user_id: UserId,
    generation: u64,
    claims: UserClaims,
    status: StatusCode,
    counted_as: &'static str,
}

impl OAuth {
    pub(crate) async fn log_in(&self, call: &Call) -> Result<Answer, Failure> {
        let (source, wanted) = (self.sign_in.source(call)?, Wanted::of_call(call)?);
        let request = call.timed_now(Part::Decode, || LoginRequest::parse(call))?;
        let wanted = wanted.with_refresh(request.refresh);

        let now = self.clock.now();
        let keys = call.timed(Part::Store, self.sign_in.keys_for(wanted, now)).await?;
        let source = source_digest(keys.digest_key(), source);
        call.note_source_digest(source.clone());
        let (identity, code) = request.code.open(&keys, now)?;

        let authentication = Authentication::by_provider(identity.proven_at);
        let session = self.sign_in.begin_session(call, wanted, &authentication)?;
        let signing_in = SigningIn { identity, code, source, keys: &keys, session, now };
        let SignedIn { user_id, generation, claims, status, counted_as } = self.admit(call, &signing_in).await?;
        call.note_user(&user_id);
        let to = AdmittedTo::new(signing_in.session.as_ref(), generation, &authentication);
        let admitted = Admitted { user_id, claims: &claims, to };
        let answer = self.sign_in.open(call, wanted, &keys, admitted, status)?;
        call.count(counted_as);
        Ok(answer)
    }

    async fn admit(&self, call: &Call, signing_in: &SigningIn<'_>) -> Result<SignedIn, Failure> {
        for _ in 0..TRIES {
            match self.standing_of(call, &signing_in.identity.key).await? {
                Standing::Known(user, listed) => return self.admit_known(call, signing_in, *user, listed).await,
                Standing::New(stale) => {
                    if let Some(signed_in) = self.admit_new(call, signing_in, stale.as_ref()).await? {
                        return Ok(signed_in);
                    }
                }
            }
        }
        Err(Failure::Unavailable("others kept linking the same identity".into()))
    }

    /// Uses the code and stores the session, if there is to be one. If the user has changed since they were read, they are
    /// read and checked once more: a session must not outlive the identity that it began with.
    async fn admit_known(
        &self,
        call: &Call,
        signing_in: &SigningIn<'_>,
        user: User,
        listed: LinkedIdentity,
    ) -> Result<SignedIn, Failure> {
        let SigningIn { identity, code, keys, session, .. } = signing_in;
        if !call.timed(Part::Store, self.stores.identities.use_code(code)).await? {
            return Err(INVALID_CODE.into());
        }
        if user.disabled_at.is_some() {
            call.note_user(&user.id);
            return Err(ACCOUNT_DISABLED.into());
        }
        let signed_in = |user: &User| SignedIn {
            user_id: user.id.clone(),
            generation: user.generation,
            claims: user.claims.clone(),
            status: StatusCode::OK,
            counted_as: LOG_INS,
        };
        let Some(new) = session else { return Ok(signed_in(&user)) };
        let add = async |user: &User, listed: &LinkedIdentity| {
            let checked = Checked { generation: user.generation, identity: Some(listed) };
            let replaced = self.sign_in.presented_session(call, keys, &user.id);
            let sessions = &self.stores.sessions;
            let added = sessions.add_session(&user.id, checked, new, replaced.as_ref(), self.sign_in.idle());
            match call.timed(Part::Store, added).await {
                Ok(()) => Ok(true),
                Err(AddSessionError::Outdated) => Ok(false),
                Err(AddSessionError::Store(error)) => Err(Failure::from(error)),
            }
        };
        if add(&user, &listed).await? {
            return Ok(signed_in(&user));
        }
        match self.standing_of(call, &identity.key).await? {
            Standing::Known(user, _) if user.disabled_at.is_some() => Err(ACCOUNT_DISABLED.into()),
            Standing::Known(user, listed) if add(&user, &listed).await? => Ok(signed_in(&user)),
            Standing::Known(..) | Standing::New(_) => Err(INVALID_CODE.into()),
        }
    }

    /// Makes a user. A first sign-in counts as a sign-up. `None` if somebody linked the identity meanwhile.
    async fn admit_new(
        &self,
        call: &Call,
        signing_in: &SigningIn<'_>,
        stale: Option<&Link>,
    ) -> Result<Option<SignedIn>, Failure> {
        let SigningIn { identity, source, keys, now, .. } = signing_in;
        self.check_admission(identity)?;
        if let Some(email) = self.address_of(identity) {
            call.note_email_digest(keys.digest_key().digest(email.canonical()));
        }
        let attempt = SignupAttempt::new(self.signups, source, *now);
        let attempts = self.stores.attempts.as_ref();
        call.timed(Part::Store, attempt.admit(attempts)).await?;
        match call.timed(Part::Store, self.create(call, signing_in, stale)).await {
            Ok(Some(user_id)) => Ok(Some(SignedIn {
                user_id,
                generation: 0,
                claims: UserClaims::default(),
                status: StatusCode::CREATED,
                counted_as: SIGN_UPS,
            })),
            Ok(None) => {
                call.timed(Part::Store, attempt.withdraw(attempts)).await;
                Ok(None)
            }
            Err(failure @ Failure::Problem(_)) => {
                call.timed(Part::Store, attempt.fail(attempts)).await?;
                Err(failure)
            }
            // Whether there is an account now is not clear, or a bug hides it: the attempt counts as one.
            Err(failure) => Err(failure),
        }
    }

    /// A first sign-in is a sign-up, and a provider's account is no invitation.
    fn check_admission(&self, identity: &ProvenIdentity) -> Result<(), Problem> {
        if self.sign_ups != SignUps::Open {
            return Err(SIGNUP_CLOSED);
        }
        if self.domains.allow(self.address_of(identity)) { Ok(()) } else { Err(EMAIL_DOMAIN_NOT_ALLOWED) }
    }

    /// The address that a new user gets. With `required`, no account has one that was not proved.
    fn address_of<'i>(&self, identity: &'i ProvenIdentity) -> Option<&'i EmailAddress> {
        identity.email.as_ref().filter(|_email| identity.email_verified || !self.mail.proves_addresses())
    }

    /// Puts the account into the store. An id that somebody has already is drawn again: among integers that can happen.
    async fn create(
        &self,
        call: &Call,
        signing_in: &SigningIn<'_>,
        stale: Option<&Link>,
    ) -> Result<Option<UserId>, Failure> {
        let SigningIn { identity, code, session, now, .. } = signing_in;
        let email = self.address_of(identity);
        let is_to_prove = self.mail.verification == EmailVerification::On && !identity.email_verified;
        let listed = LinkedIdentity::new(identity.provider, &identity.key);
        for _ in 0..UserIdKind::DRAWS {
            let id = UserId::generate(self.user_ids, *now).ok_or(HashError::NoRandomness)?;
            let user = User {
                name: identity.name.clone(),
                email: email.map(|email| email.shown().to_owned()),
                email_verified: email.is_some() && identity.email_verified,
                sessions: session.iter().map(|new| (new.id.clone(), new.session.clone())).collect(),
                identities: [listed.clone()].into_iter().collect(),
                passwordless: true,
                ..User::new(id, *now)
            };
            let link = NewLink { identity: &listed, stale, at: *now };
            let to_prove = email.filter(|_email| is_to_prove).cloned();
            let intent = to_prove.map(|email| call.intent(Subject::Verify(user.id.clone()), email, *now));
            let created = self.stores.accounts.create_federated_account(&user, email, link, code, intent.as_ref());
            match created.await {
                Ok(()) => return Ok(Some(user.id)),
                Err(FederateError::LinkChanged) => return Ok(None),
                Err(FederateError::CodeUsed) => return Err(INVALID_CODE.into()),
                Err(FederateError::EmailTaken) => return Err(EMAIL_TAKEN.into()),
                Err(FederateError::Store(error)) => return Err(error.into()),
                Err(FederateError::IdTaken) => {}
            }
        }
        Err(Failure::Internal(format!("{} new user ids in a row were taken", UserIdKind::DRAWS).into()))
    }
}
