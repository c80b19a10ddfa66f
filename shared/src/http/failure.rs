//! Why a request is not answered with what it asked for.

use std::error::Error as StdError;

use lambda_http::http::Method;
use thiserror::Error;

use super::FieldError;
use crate::attempts::{AttemptError, Refusal};
use crate::domain::{HashError, StoreError};
use crate::keys::KeysError;
use crate::tokens::{SignError, TokenFault};

/// One variant for each cause, before any dialect has put it on the wire. The message is for the log.
#[derive(Debug, Error)]
pub enum Failure {
    /// The event is none of API Gateway's, or no request can be made of it.
    #[error("the event is not well-formed")]
    MalformedEvent,
    /// No route has this path.
    #[error("no such route")]
    NotFound,
    /// The route has another method.
    #[error("the method is not allowed here")]
    MethodNotAllowed {
        /// The one that is.
        allowed: Method,
    },
    /// A page of an origin that is not on the list asked for something that changes something.
    #[error("the origin is not allowed")]
    OriginNotAllowed,
    /// The request did not come through the proxy that all have to come through, or the proxy does not say from where.
    #[error("the request did not come through the trusted proxy")]
    ProxyRequired,
    /// `X-Token-Transport` names no transport.
    #[error("the token transport is not known")]
    UnknownTransport,
    /// A token in a cookie, and no header that only a page of an allowed origin can send.
    #[error("ending tokens by cookie needs the transport header")]
    TransportRequired,
    /// Neither the configuration nor the event says who issues the tokens.
    #[error("ISSUER is not set and the event carries no domainName")]
    NoIssuer,
    /// The body is larger than any good one.
    #[error("the body is too large")]
    BodyTooLarge {
        /// The most that is read.
        max_bytes: usize,
    },
    /// The body is not of type `application/json`.
    #[error("the body is not of type application/json")]
    UnsupportedMediaType,
    /// The body is no JSON object, or a key stands twice in it.
    #[error("the body is no JSON object")]
    MalformedBody,
    /// Members are missing, of the wrong type, or against the rules: every one of them.
    #[error("the body breaks the rules")]
    InvalidFields(Vec<FieldError>),
    /// The password is wrong or nobody has this email address. Nobody learns which.
    #[error("wrong password or unknown email address")]
    InvalidCredentials,
    /// Somebody has tried too often.
    #[error(transparent)]
    TooManyAttempts(Refusal),
    /// The token does not say who is calling.
    #[error("{0}")]
    Unauthenticated(#[from] TokenFault),
    /// Somebody has this email address.
    #[error("the email address is taken")]
    EmailTaken,
    /// There are no signing keys yet, so there is nothing to publish.
    #[error("no signer has made the signing keys yet: the first sign-up does")]
    NoKeysYet,
    /// Something this depends on is away. The same request may succeed later.
    #[error("a dependency failed")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// A bug, or data that this program did not write.
    #[error("internal error")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Unavailable(error.into()),
            StoreError::Corrupt(_) => Self::Internal(error.into()),
        }
    }
}

impl From<AttemptError> for Failure {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Refused(refusal) => Self::TooManyAttempts(refusal),
            AttemptError::Store(error) => error.into(),
        }
    }
}

/// Keys that cannot be had are a dependency that failed, also where an operator has to mend it.
impl From<KeysError> for Failure {
    fn from(error: KeysError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<HashError> for Failure {
    fn from(error: HashError) -> Self {
        Self::Internal(error.into())
    }
}
