//! Issues tokens to a user. Every way to log in ends here, and every refresh.

mod wanted;

use std::sync::Arc;
use std::time::Duration;

use lambda_http::http::StatusCode;

use crate::attempts::source_digest;
use crate::clock::{Clock, Timestamp};
use crate::domain::{Authentication, Device, HashError, NewSession, Session, SessionId, Source, UserClaims, UserId};
use crate::environment::{ConfigError, Environment};
use crate::http::problem::{NO_ISSUER, UNAVAILABLE, UNKNOWN_TOKEN_TRANSPORT};
use crate::http::{Answer, Call, Cookie, Failure, IssuedTokens, Problem, RefreshCookie};
use crate::keys::{DigestKey, KeysError, PublicKeySet, RotationPeriod, SigningKeySet, SigningKeyStore, SigningKeys};
use crate::logging::Part;
use crate::tokens::{
    BoundTo, Grant, IssuedRefreshToken, RefreshToken, SessionLifetimes, TokenIssuer, TokenLifetimes, TokenVerifier,
};

pub use wanted::Wanted;

/// Signs users in.
#[derive(Debug)]
pub struct SignIn {
    keys: SigningKeys,
    tokens: TokenIssuer,
    verifier: TokenVerifier,
    sessions: SessionLifetimes,
    clock: Clock,
}

/// Who is signed in, and with what.
#[derive(Clone, Debug)]
pub struct Admitted<'a> {
    /// The user's id.
    pub user_id: UserId,
    /// What the app's server says of them.
    pub claims: &'a UserClaims,
    /// What they get.
    pub to: AdmittedTo<'a>,
}

/// What a user is signed in with.
#[derive(Clone, Copy, Debug)]
pub enum AdmittedTo<'a> {
    /// A token that nothing renews.
    Once {
        /// The user's generation.
        generation: u64,
        /// How and when they proved who they are.
        authentication: &'a Authentication,
    },
    /// A session, as it is stored.
    ToSession {
        /// Its id.
        id: &'a SessionId,
        /// The session.
        session: &'a Session,
    },
}

impl<'a> AdmittedTo<'a> {
    /// To the session that has just been stored or, without one, once.
    #[must_use]
    pub fn new(session: Option<&'a NewSession>, generation: u64, authentication: &'a Authentication) -> Self {
        match session {
            None => Self::Once { generation, authentication },
            Some(NewSession { id, session }) => Self::ToSession { id, session },
        }
    }
}

impl SignIn {
    /// The problems that a route which signs users in gives.
    pub const PROBLEMS: &'static [Problem] = &[UNKNOWN_TOKEN_TRANSPORT, NO_ISSUER, UNAVAILABLE];

    /// Over this store, with the settings of the environment.
    pub fn new(environment: &Environment, keys: Arc<dyn SigningKeyStore>, clock: Clock) -> Result<Self, ConfigError> {
        let lifetimes = TokenLifetimes::read(environment)?;
        Ok(Self {
            keys: SigningKeys::new(keys, RotationPeriod::read(environment, lifetimes.longest())?),
            tokens: TokenIssuer::read(environment, lifetimes),
            verifier: TokenVerifier::read(environment),
            sessions: SessionLifetimes::read(environment)?,
            clock,
        })
    }

    /// Where the call comes from. If the digest key is in memory, its digest is noted for the log at once: a call that is
    /// refused before it is counted leaves that trace too, and costs no read.
    pub fn source(&self, call: &Call) -> Result<Source, Problem> {
        let source = call.source()?;
        if let Some(digest_key) = self.keys.digest_key_in_memory() {
            call.note_source_digest(source_digest(&digest_key, source));
        }
        Ok(source)
    }

    /// The keys that sign, from which those of seals come.
    pub async fn keys(&self, now: Timestamp) -> Result<Arc<SigningKeySet>, KeysError> {
        self.keys.at(now).await
    }

    /// The keys that sign and, if the caller wants a session, the key of its refresh tokens.
    pub async fn keys_for(&self, wanted: Wanted<'_>, now: Timestamp) -> Result<Arc<SigningKeySet>, KeysError> {
        if wanted.refresh { self.keys.with_refresh_key(now).await } else { self.keys.at(now).await }
    }

    /// The key that digests of email addresses and sources are made with.
    pub async fn digest_key(&self, now: Timestamp) -> Result<DigestKey, KeysError> {
        self.keys.digest_key(now).await
    }

    /// How long a session lasts that is not used.
    #[must_use]
    pub fn idle(&self) -> Duration {
        self.sessions.idle
    }

    /// Reads the keys before the first request.
    pub async fn warm_up(&self) {
        self.keys.warm_up(self.clock.now()).await;
    }

    /// The session that the caller wants, if they want one. It is yet to be stored.
    pub fn begin_session(
        &self,
        call: &Call,
        wanted: Wanted<'_>,
        authentication: &Authentication,
    ) -> Result<Option<NewSession>, Failure> {
        if !wanted.refresh {
            return Ok(None);
        }
        let id = SessionId::generate().ok_or(HashError::NoRandomness)?;
        let device = call.user_agent().and_then(Device::of_user_agent);
        let session = Session::begin(self.clock.now(), self.sessions.whole, authentication.clone(), device);
        Ok(Some(NewSession { id, session }))
    }

    /// The session of this user that the request already belongs to. A new one takes its place (OWASP ASVS 5.0 7.2.4).
    #[must_use]
    pub fn presented_session(&self, call: &Call, keys: &SigningKeySet, user_id: &UserId) -> Option<SessionId> {
        let of_refresh_cookie = || {
            let RefreshCookie::One(presented) = call.refresh_cookie() else { return None };
            let token = RefreshToken::open(presented, keys.refresh_key()?)?;
            (token.user_id == *user_id).then_some(token.session)
        };
        let of_access_token = || {
            let (presented, issuer) = (call.presented_token()?, call.issuer().ok()?);
            let keys = PublicKeySet::from_record(keys.to_public_record()).ok()?;
            let token = self.verifier.verify_also_expired(&keys, issuer, presented.as_str(), self.clock.now()).ok()?;
            token.session.filter(|_session| token.user_id == *user_id)
        };
        of_refresh_cookie().or_else(of_access_token)
    }

    /// The refresh token of a text, and the keys that go with it; `None` if it is not one of ours. A token that the key in
    /// memory did not make may be of a newer key.
    pub async fn read_refresh_token(
        &self,
        text: &str,
        now: Timestamp,
    ) -> Result<Option<(RefreshToken, Arc<SigningKeySet>)>, KeysError> {
        let open = |keys: Arc<SigningKeySet>| Some((RefreshToken::open(text, keys.refresh_key()?)?, keys));
        if let Some(opened) = open(self.keys.at(now).await?) {
            return Ok(Some(opened));
        }
        if !RefreshToken::is_spelled_like_one(text) {
            return Ok(None);
        }
        Ok(self.keys.read_for_unknown_tag(now).await?.and_then(open))
    }

    /// Signs the user in: the answer, with this status, carries new tokens.
    pub fn open(
        &self,
        call: &Call,
        wanted: Wanted<'_>,
        keys: &SigningKeySet,
        admitted: Admitted<'_>,
        status: StatusCode,
    ) -> Result<Answer, Failure> {
        let now = self.clock.now();
        let Admitted { user_id, claims, to } = admitted;
        let (authenticated_at, methods, bound_to) = match to {
            AdmittedTo::Once { generation, authentication: Authentication { at, methods } } => {
                (*at, methods, BoundTo::Generation(generation))
            }
            AdmittedTo::ToSession { id, session } => {
                let ends_at = session.ends_at(self.sessions.idle);
                (session.authenticated_at, &session.methods, BoundTo::Session { id, ends_at })
            }
        };
        let grant = Grant { user_id: &user_id, authenticated_at, methods, claims, bound_to };
        let access = call.timed_now(Part::Token, || self.tokens.issue(keys, wanted.issuer, grant, now))?;
        let refresh = match to {
            AdmittedTo::Once { .. } => None,
            AdmittedTo::ToSession { id, session } => {
                let token = RefreshToken { user_id: user_id.clone(), session: id.clone(), number: session.counter };
                let token = keys.refresh_key().and_then(|key| token.seal(key));
                let token = token.ok_or_else(|| Failure::Internal("a refresh token without its key".into()))?;
                let lasts_millis = session.ends_at(self.sessions.idle).millis_since(now).unwrap_or_default();
                Some(IssuedRefreshToken { token, expires_in: lasts_millis / 1000 })
            }
        };
        // The refresh token of another session, perhaps of another user, must not renew what this token is for.
        let is_stale = refresh.is_none() && wanted.in_cookies() && call.refresh_cookie() != RefreshCookie::None;
        let answer = Answer::tokens(status, IssuedTokens { access, refresh }, wanted.transport, user_id);
        Ok(if is_stale { answer.with_cookie(Cookie::dropped(Cookie::REFRESH)) } else { answer })
    }
}
