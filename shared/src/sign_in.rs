//! Issues a token to a user. Every way to log in ends here.

use std::sync::Arc;

use lambda_http::http::StatusCode;

use crate::attempts::source_digest;
use crate::clock::{Clock, Timestamp};
use crate::domain::{Source, UserId};
use crate::environment::{ConfigError, Environment};
use crate::http::problem::{NO_ISSUER, UNAVAILABLE, UNKNOWN_TOKEN_TRANSPORT};
use crate::http::{Answer, Call, Failure, Problem, TokenTransport};
use crate::keys::{DigestKey, KeysError, RotationPeriod, SigningKeySet, SigningKeyStore, SigningKeys};
use crate::logging::Part;
use crate::tokens::{Issuer, TokenIssuer, read_token_lifetime};

/// Signs users in.
#[derive(Debug)]
pub struct SignIn {
    keys: SigningKeys,
    tokens: TokenIssuer,
    clock: Clock,
}

/// Where the token goes and who issues it. Read it first, so that a bad request costs no work.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'c> {
    transport: TokenTransport,
    issuer: &'c Issuer,
}

impl<'c> Wanted<'c> {
    /// Reads what the caller wants.
    pub fn of_call(call: &'c Call) -> Result<Self, Problem> {
        Ok(Self { transport: call.token_transport()?, issuer: call.issuer()? })
    }
}

impl SignIn {
    /// The problems that a route which signs users in gives.
    pub const PROBLEMS: &'static [Problem] = &[UNKNOWN_TOKEN_TRANSPORT, NO_ISSUER, UNAVAILABLE];

    /// Over this store, with the settings of the environment.
    pub fn new(environment: &Environment, keys: Arc<dyn SigningKeyStore>, clock: Clock) -> Result<Self, ConfigError> {
        let lifetime = read_token_lifetime(environment)?;
        let tokens = TokenIssuer::read(environment, lifetime);
        Ok(Self { keys: SigningKeys::new(keys, RotationPeriod::read(environment, lifetime)?), tokens, clock })
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

    /// The keys that sign.
    pub async fn keys_at(&self, now: Timestamp) -> Result<Arc<SigningKeySet>, KeysError> {
        self.keys.at(now).await
    }

    /// The key that digests of email addresses and sources are made with.
    pub async fn digest_key(&self, now: Timestamp) -> Result<DigestKey, KeysError> {
        self.keys.digest_key(now).await
    }

    /// Reads the keys before the first request.
    pub async fn warm_up(&self) {
        self.keys.warm_up(self.clock.now()).await;
    }

    /// Signs the user in: the answer, with this status, carries a new token.
    pub fn open(
        &self,
        call: &Call,
        wanted: Wanted<'_>,
        keys: &SigningKeySet,
        user_id: UserId,
        status: StatusCode,
    ) -> Result<Answer, Failure> {
        let now = self.clock.now();
        let token = call.timed_now(Part::Token, || self.tokens.issue(keys, wanted.issuer, &user_id, now))?;
        Ok(Answer::token(status, token, wanted.transport, user_id))
    }
}
