//! The wire form of what a handler decides, one encoder for each dialect.

mod native;
mod problem;
mod response;
mod xano;

use lambda_http::Body;
use lambda_http::http::Response;

use super::{CookieConfig, Dialect, Failure, Success};

/// The answer in the caller's dialect, and the `code` in it that the log repeats.
pub(super) fn encode(
    dialect: Dialect,
    outcome: &Result<Success, Failure>,
    cookie: &CookieConfig,
    request_id: &str,
) -> (Response<Body>, Option<&'static str>) {
    match (dialect, outcome) {
        (_, Ok(success)) => (encode_success(dialect, success, cookie), None),
        (_, Err(failure)) => (encode_failure(dialect, failure, request_id), Some(problem::code(failure))),
    }
}

/// The answer to a request that succeeded.
#[must_use]
pub fn encode_success(dialect: Dialect, success: &Success, cookie: &CookieConfig) -> Response<Body> {
    match dialect {
        Dialect::Native => native::success(success, cookie),
        Dialect::Xano => xano::success(success),
    }
}

/// The answer to a request that failed.
#[must_use]
pub fn encode_failure(dialect: Dialect, failure: &Failure, request_id: &str) -> Response<Body> {
    match dialect {
        Dialect::Native => native::failure(failure, request_id),
        Dialect::Xano => xano::failure(failure),
    }
}
