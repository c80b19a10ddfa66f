//! Why the old system gave no answer that counts.

use shared::http::Failure;
use shared::web_client::WebError;
use thiserror::Error;

/// Why it is not known whether a password is right. No message repeats what was sent or received.
#[derive(Debug, Error)]
pub(crate) enum LegacyError {
    /// The call came to nothing.
    #[error("the old system cannot be asked")]
    Call(#[from] WebError),
    /// The calls took too long together.
    #[error("the old system did not answer in time")]
    TooSlow,
    /// It is neither a yes nor a no.
    #[error("the old system answered with the status {0}")]
    Status(u16),
    /// A yes that cannot be read.
    #[error("the old system answered with something else than JSON")]
    NoJson,
    /// A yes that does not say to whom.
    #[error("the old system answered without the user's id, which should be in `{0}`")]
    NoId(&'static str),
}

/// The same password may be right in a minute.
impl From<LegacyError> for Failure {
    fn from(error: LegacyError) -> Self {
        Self::Unavailable(error.into())
    }
}
