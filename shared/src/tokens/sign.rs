//! Issuing tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header};
use secrecy::SecretString;
use serde::Serialize;
use thiserror::Error;

use super::claims::{AllClaims, Claims, TOKEN_USE};
use super::{Issuer, TokenLifetimes, read_audience};
use crate::clock::Timestamp;
use crate::domain::{AuthenticationMethods, SessionId, UserClaims, UserId};
use crate::environment::Environment;
use crate::keys::{KeyError, SigningKeySet};
use crate::uuid_v7;

/// Why a token was not issued.
#[derive(Debug, Error)]
pub enum SignError {
    /// The key did not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The header or the claims have no form as JSON.
    #[error("the token has no form as JSON")]
    Json(#[from] serde_json::Error),
}

/// A new token and how long it is valid.
#[derive(Debug)]
pub struct IssuedToken {
    /// The token in JWS compact serialization (RFC 7515 7.1).
    pub token: SecretString,
    /// How long it is valid from now on, in seconds.
    pub expires_in: u64,
}

/// What a token says of its user.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'g> {
    /// The user's id.
    pub user_id: &'g UserId,
    /// When they last proved who they are.
    pub authenticated_at: Timestamp,
    /// How they did.
    pub methods: &'g AuthenticationMethods,
    /// What the app's server says of them.
    pub claims: &'g UserClaims,
    /// What the token is good for as long as.
    pub bound_to: BoundTo<'g>,
}

/// What ends a token before it expires.
#[derive(Clone, Copy, Debug)]
pub enum BoundTo<'g> {
    /// A change of what the user logs in with: the token is of this generation.
    Generation(u64),
    /// The end of a session.
    Session {
        /// The session.
        id: &'g SessionId,
        /// When it ends at the latest. The token expires then, too.
        ends_at: Timestamp,
    },
}

/// Issues tokens for one audience.
#[derive(Clone, Debug)]
pub struct TokenIssuer {
    audience: String,
    lifetimes: TokenLifetimes,
}

impl TokenIssuer {
    /// Tokens for `AUDIENCE`.
    #[must_use]
    pub fn read(environment: &Environment, lifetimes: TokenLifetimes) -> Self {
        Self::new(read_audience(environment).to_owned(), lifetimes)
    }

    /// Tokens for `audience`.
    #[must_use]
    pub fn new(audience: String, lifetimes: TokenLifetimes) -> Self {
        Self { audience, lifetimes }
    }

    /// Issues a token, signed with the current key.
    pub fn issue(
        &self,
        keys: &SigningKeySet,
        issuer: &Issuer,
        grant: Grant<'_>,
        now: Timestamp,
    ) -> Result<IssuedToken, SignError> {
        let key = keys.current();
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(key.kid().to_owned());
        let (expires_at, session, generation) = match grant.bound_to {
            BoundTo::Generation(generation) => (now.after(self.lifetimes.alone), None, Some(generation)),
            BoundTo::Session { id, ends_at } => (now.after(self.lifetimes.in_session).min(ends_at), Some(id), None),
        };
        let claims = Claims {
            iss: issuer.as_str().to_owned(),
            aud: self.audience.clone(),
            client_id: self.audience.clone(),
            sub: grant.user_id.as_str().to_owned(),
            iat: now.as_secs(),
            exp: expires_at.as_secs(),
            token_use: TOKEN_USE.to_owned(),
            jti: uuid_v7::generate(now).to_string(),
            auth_time: Some(grant.authenticated_at.as_secs()),
            amr: Some(grant.methods.names().to_vec()),
            sid: session.map(|id| id.as_str().to_owned()),
            generation,
        };
        let (of_user, left_out) = grant.claims.usable();
        if let Some(error) = left_out {
            tracing::error!("claims of a user were left out of their token: {error}");
        }
        let all = AllClaims { ours: &claims, of_user: &of_user };
        let message = format!("{}.{}", encode(&header)?, encode(&all)?);
        let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes())?);
        let expires_in = claims.exp.saturating_sub(claims.iat);
        Ok(IssuedToken { token: format!("{message}.{signature}").into(), expires_in })
    }
}

fn encode(part: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_vec(part).map(|json| URL_SAFE_NO_PAD.encode(json))
}
