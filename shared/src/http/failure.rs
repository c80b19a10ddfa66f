//! Why a request does not get what it asked for.

use std::borrow::Cow;
use std::error::Error as StdError;

use thiserror::Error;
use tracing::Level;

use super::problem::{INTERNAL_ERROR, METHOD_NOT_ALLOWED, TOO_MANY_ATTEMPTS, UNAVAILABLE, VALIDATION_FAILED};
use super::{Answer, FieldError, Problem};
use crate::attempts::{AttemptError, Refusal};
use crate::domain::{HashError, StoreError};
use crate::keys::KeysError;
use crate::tokens::SignError;

/// The kinds of failure, before any dialect has put one on the wire. The message is for the log.
#[derive(Debug, Error)]
pub enum Failure {
    /// The path has no route for this method.
    #[error("the method is not allowed here")]
    MethodNotAllowed {
        /// The methods it has routes for, as `Allow` lists them.
        allowed: String,
    },
    /// Fields of the body are not acceptable: every one of them.
    #[error("fields of the body are not acceptable")]
    Fields(Vec<FieldError>),
    /// A problem that the route declares.
    #[error("{}", .0.detail)]
    Problem(Problem),
    /// The browser is sent to another page, which is told of the problem.
    #[error(transparent)]
    SentBack(Box<SentBack>),
    /// Somebody has tried too often.
    #[error(transparent)]
    Limited(Refusal),
    /// Somebody has tried too often, and need not wait: the problem says what else they can do. Its status and code are those
    /// of `TOO_MANY_ATTEMPTS`.
    #[error("{0}")]
    LimitedWithAdvice(Refusal, Problem),
    /// Something that this depends on is away. The same request may succeed later.
    #[error("a dependency failed")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// A bug, or data that this program did not write.
    #[error("internal error")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

/// A browser that goes back without what it came for.
#[derive(Debug, Error)]
#[error("{}", .problem.detail)]
pub struct SentBack {
    /// The redirect.
    pub answer: Answer,
    /// What went wrong. No client sees its status: the answer has its own.
    pub problem: Problem,
    /// How much it matters to an operator.
    pub level: Level,
    /// Why, for the log.
    #[source]
    pub cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl From<SentBack> for Failure {
    fn from(sent_back: SentBack) -> Self {
        Self::SentBack(Box::new(sent_back))
    }
}

impl Failure {
    /// The problem that a client is told of.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::MethodNotAllowed { .. } => METHOD_NOT_ALLOWED,
            Self::Fields(_) => VALIDATION_FAILED,
            Self::Problem(problem) | Self::LimitedWithAdvice(_, problem) => *problem,
            Self::SentBack(sent_back) => sent_back.problem,
            Self::Limited(_) => TOO_MANY_ATTEMPTS,
            Self::Unavailable(_) => UNAVAILABLE,
            Self::Internal(_) => INTERNAL_ERROR,
        }
    }

    /// How much it matters to an operator.
    pub(super) fn level(&self) -> Level {
        match self {
            Self::SentBack(sent_back) => sent_back.level,
            _ if self.problem().status.is_server_error() => Level::ERROR,
            _ => Level::INFO,
        }
    }

    /// The sentence that says what to do.
    pub(super) fn detail(&self) -> Cow<'static, str> {
        match self {
            Self::MethodNotAllowed { allowed } => {
                format!("Use {} for this path.", allowed.replace(", ", " or ")).into()
            }
            _ => self.problem().detail.into(),
        }
    }

    /// After how many seconds the same request may succeed, if waiting helps.
    pub(super) fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::Limited(refusal) | Self::LimitedWithAdvice(refusal, _) => Some(refusal.retry_after_seconds),
            _ if self.problem().status == UNAVAILABLE.status => Some(1),
            _ => None,
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Throttled(_) => Self::Unavailable(error.into()),
            StoreError::Corrupt(_) => Self::Internal(error.into()),
        }
    }
}

impl From<AttemptError> for Failure {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Refused(refusal) => Self::Limited(refusal),
            AttemptError::Store(error) => error.into(),
        }
    }
}

/// Keys that cannot be had are a dependency that failed, even if an operator must repair it.
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
