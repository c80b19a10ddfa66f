//! From a token to its user.

use std::sync::Arc;

use lambda_http::http::StatusCode;

use crate::clock::Timestamp;
use crate::domain::{AuthenticationMethods, SessionId, User, UserStore};
use crate::environment::Environment;
use crate::http::problem::{NO_ISSUER, UNAVAILABLE};
use crate::http::{Call, Failure, PresentedToken, Problem};
use crate::keys::{PublicKeySet, PublicKeyStore, VerificationKeys};
use crate::logging::Part;
use crate::tokens::{TokenFault, TokenVerifier, VerifiedToken};

/// There is no token.
pub const MISSING_TOKEN: Problem =
    Problem::unauthorized("Bearer", "missing_token", "Send a token, as Authorization: Bearer or in the cookie.");
/// The token has expired.
pub const EXPIRED_TOKEN: Problem =
    Problem::unauthorized(INVALID, "expired_token", "The token has expired. Log in again.");
/// The token is forged, malformed or revoked. The response does not say which.
pub const INVALID_TOKEN: Problem =
    Problem::unauthorized(INVALID, "invalid_token", "The token is not valid. Log in again.");

/// The password is wrong or nobody has this email address. Nobody learns which.
pub const INVALID_CREDENTIALS: Problem =
    Problem::unauthorized("Bearer", "invalid_credentials", "The email address or the password is wrong.");

/// An operator has disabled the account. Only who has proved to be its user learns that.
pub const ACCOUNT_DISABLED: Problem = Problem::new(
    StatusCode::FORBIDDEN,
    "account_disabled",
    "This account is disabled. Ask the people who run this service.",
);

/// The log-in is too long ago for this, or was without the password that the user has.
pub const REAUTHENTICATION_REQUIRED: Problem = Problem::new(
    StatusCode::FORBIDDEN,
    "reauthentication_required",
    "Log in again, with the password if there is one, and repeat this within 10 minutes.",
);

/// For how long a log-in lets its user change what logs in, in seconds.
const RECENT_SECONDS: u64 = 10 * 60;

/// The challenge for a token that is not accepted (RFC 6750 3.1).
const INVALID: &str = "Bearer error=\"invalid_token\"";

/// Who calls, and with what.
#[derive(Debug)]
pub struct Authenticated {
    /// The user.
    pub user: User,
    /// The token that they presented.
    pub token: VerifiedToken,
}

impl Authenticated {
    /// The session that the token belongs to, if it belongs to one.
    #[must_use]
    pub fn session(&self) -> Option<&SessionId> {
        self.token.session.as_ref()
    }

    /// Whether the user proved who they are at most 10 minutes ago, and with their password if they have one. A token
    /// of an earlier version does not say, and is not enough. Whoever changes what the user logs in with needs it (OWASP ASVS
    /// 5.0 7.5.1).
    pub fn check_recent(&self, now: Timestamp) -> Result<(), Problem> {
        let Self { user, token } = self;
        let is_recent = |at: Timestamp| now.as_secs() <= at.as_secs().saturating_add(RECENT_SECONDS);
        let with_password = || token.methods.as_ref().is_some_and(AuthenticationMethods::include_password);
        let is_enough = token.authenticated_at.is_some_and(is_recent) && (user.passwordless || with_password());
        if is_enough { Ok(()) } else { Err(REAUTHENTICATION_REQUIRED) }
    }
}

/// Finds the user of a token.
#[derive(Debug)]
pub struct Authenticator {
    tokens: TokenVerifier,
    users: Arc<dyn UserStore>,
    keys: VerificationKeys,
}

impl Authenticator {
    /// The problems that a route behind authentication gives.
    pub const PROBLEMS: &'static [Problem] = &[MISSING_TOKEN, EXPIRED_TOKEN, INVALID_TOKEN, NO_ISSUER, UNAVAILABLE];

    /// Over these stores, with the settings of the environment.
    #[must_use]
    pub fn new(environment: &Environment, users: Arc<dyn UserStore>, keys: Arc<dyn PublicKeyStore>) -> Self {
        Self { tokens: TokenVerifier::read(environment), users, keys: VerificationKeys::new(keys) }
    }

    /// The keys that tokens are verified with.
    #[must_use]
    pub fn keys(&self) -> &VerificationKeys {
        &self.keys
    }

    /// The user of the presented token, and the token; the log gets the user's id. If the key set in memory is old, a new
    /// one is read together with the user, and the token is verified again with it.
    pub async fn authenticate(
        &self,
        call: &Call,
        presented: Option<PresentedToken<'_>>,
        now: Timestamp,
    ) -> Result<Authenticated, Failure> {
        let issuer = call.issuer()?;
        let presented = presented.ok_or(TokenFault::Missing)?;
        let verify = |keys: &PublicKeySet| {
            call.timed_now(Part::Token, || self.tokens.verify(keys, issuer, presented.as_str(), now))
        };

        let keys = call.timed(Part::Store, self.keys_in_memory_or_read(now)).await?;
        let (token, keys) = match verify(&keys) {
            Err(TokenFault::UnknownKey) => {
                let read = call.timed(Part::Store, self.keys.read_for_unknown_key(now)).await?;
                let keys = read.ok_or(TokenFault::UnknownKey)?;
                (verify(&keys)?, keys)
            }
            verified => (verified?, keys),
        };
        let fresh = self.keys.fresh(now).is_some_and(|fresh| Arc::ptr_eq(&fresh, &keys));
        let user = if fresh {
            call.timed(Part::Store, self.users.user(&token.user_id)).await?
        } else {
            let both = async { tokio::join!(self.users.user(&token.user_id), self.keys.read(now)) };
            let (user, keys) = call.timed(Part::Store, both).await;
            verify(keys?.as_deref().ok_or(TokenFault::UnknownKey)?)?;
            user?
        };
        let user = user.filter(|user| is_in_force(&token, user, now)).ok_or(INVALID_TOKEN)?;
        call.note_user(&user.id);
        Ok(Authenticated { user, token })
    }

    /// What the presented token says, if it was issued here, whether it is still in force or not.
    pub async fn issued_token(
        &self,
        call: &Call,
        presented: PresentedToken<'_>,
        now: Timestamp,
    ) -> Result<Option<VerifiedToken>, Failure> {
        let issuer = call.issuer()?;
        let verify = |keys: &PublicKeySet| {
            let presented = presented.as_str();
            call.timed_now(Part::Token, || self.tokens.verify_also_expired(keys, issuer, presented, now))
        };
        let Some(keys) = call.timed(Part::Store, self.keys.at(now)).await? else { return Ok(None) };
        let verified = match verify(&keys) {
            Err(TokenFault::UnknownKey) => match call.timed(Part::Store, self.keys.read_for_unknown_key(now)).await? {
                Some(keys) => verify(&keys),
                None => return Ok(None),
            },
            verified => verified,
        };
        Ok(verified.ok())
    }

    /// The key set in memory, however old, or else a fresh one. While there is none, no token can be good.
    async fn keys_in_memory_or_read(&self, now: Timestamp) -> Result<Arc<PublicKeySet>, Failure> {
        match self.keys.any() {
            Some(keys) => Ok(keys),
            None => Ok(self.keys.read(now).await?.ok_or(TokenFault::UnknownKey)?),
        }
    }
}

/// Whether nothing has ended the token: an operator who has disabled the account, the end of its session, or, if it has none,
/// a log-out, a change of what the user logs in with, or an end of all tokens.
fn is_in_force(token: &VerifiedToken, user: &User, now: Timestamp) -> bool {
    if user.disabled_at.is_some() {
        return false;
    }
    match &token.session {
        Some(id) => user.sessions.get(id).is_some_and(|session| now < session.expires_at),
        None => {
            token.generation == user.generation
                && user.tokens_valid_after.is_none_or(|ended_at| token.issued_at > ended_at)
                && !user.ended_tokens.contains(&token.id)
        }
    }
}

impl From<TokenFault> for Failure {
    fn from(fault: TokenFault) -> Self {
        Self::Problem(match fault {
            TokenFault::Missing => MISSING_TOKEN,
            TokenFault::Expired => EXPIRED_TOKEN,
            TokenFault::UnknownKey | TokenFault::Invalid => INVALID_TOKEN,
        })
    }
}
