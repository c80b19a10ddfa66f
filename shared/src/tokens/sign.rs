//! Issuing tokens.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header};
use secrecy::SecretString;
use serde::Serialize;
use thiserror::Error;

use super::claims::{Claims, TOKEN_USE};
use super::{Issuer, read_audience};
use crate::clock::Timestamp;
use crate::domain::UserId;
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

/// Issues tokens for one audience.
#[derive(Clone, Debug)]
pub struct TokenIssuer {
    audience: String,
    lifetime_seconds: u64,
}

impl TokenIssuer {
    /// Tokens for `AUDIENCE` that are valid for `lifetime`.
    #[must_use]
    pub fn read(environment: &Environment, lifetime: Duration) -> Self {
        Self::new(read_audience(environment).to_owned(), lifetime.as_secs())
    }

    /// Tokens for `audience` that are valid for `lifetime_seconds`.
    #[must_use]
    pub fn new(audience: String, lifetime_seconds: u64) -> Self {
        Self { audience, lifetime_seconds }
    }

    /// Issues a token to this user, signed with the current key.
    pub fn issue(
        &self,
        keys: &SigningKeySet,
        issuer: &Issuer,
        user: &UserId,
        now: Timestamp,
    ) -> Result<IssuedToken, SignError> {
        let key = keys.current();
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(key.kid().to_owned());
        let claims = Claims {
            iss: issuer.as_str().to_owned(),
            aud: self.audience.clone(),
            client_id: self.audience.clone(),
            sub: user.as_str().to_owned(),
            iat: now.as_secs(),
            exp: now.as_secs().saturating_add(self.lifetime_seconds),
            token_use: TOKEN_USE.to_owned(),
            jti: uuid_v7::generate(now).to_string(),
        };
        let message = format!("{}.{}", encode(&header)?, encode(&claims)?);
        let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes())?);
        Ok(IssuedToken { token: format!("{message}.{signature}").into(), expires_in: self.lifetime_seconds })
    }
}

fn encode(part: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_vec(part).map(|json| URL_SAFE_NO_PAD.encode(json))
}
