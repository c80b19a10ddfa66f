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
        (Dialect::Native, Ok(success)) => (native::success(success, cookie), None),
        (Dialect::Xano, Ok(success)) => (xano::success(success), None),
        (_, Err(failure)) => (encode_failure(dialect, failure, request_id), Some(problem::code(failure))),
    }
}

/// The answer to a request that failed.
pub(super) fn encode_failure(dialect: Dialect, failure: &Failure, request_id: &str) -> Response<Body> {
    match dialect {
        Dialect::Native => native::failure(failure, request_id),
        Dialect::Xano => xano::failure(failure),
    }
}
