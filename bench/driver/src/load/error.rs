//! Why a load ended early.

use thiserror::Error;

/// Why there is no result. One wrong answer is enough: figures over answers that may be wrong say nothing.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The plan cannot be carried out.
    #[error("the plan is not in order: {0}")]
    Plan(String),
    /// The subject cannot be reached.
    #[error("{address} cannot be reached: {source}")]
    Unreachable {
        /// Host and port.
        address: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A connection ended, or did not speak HTTP.
    #[error("request {number} has no answer: {source}")]
    NoAnswer {
        /// The number of the request.
        number: u64,
        /// What hyper says.
        source: hyper::Error,
    },
    /// An answer is another one than the plan says.
    #[error("request {number} was answered with {status} and not with {expected}: {body}")]
    WrongAnswer {
        /// The number of the request.
        number: u64,
        /// The status.
        status: u16,
        /// The status and the text that were expected.
        expected: String,
        /// How the body begins.
        body: String,
    },
    /// Not everything was answered in time.
    #[error("after {0:?} answers are still missing")]
    Slow(std::time::Duration),
    /// A connection's task ended early.
    #[error("a connection was lost: {0}")]
    Lost(#[from] tokio::task::JoinError),
}
