//! How a token travels.

use super::Problem;
use super::problem::UNKNOWN_TOKEN_TRANSPORT;

/// Where a token goes, chosen by the caller for each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenTransport {
    /// In the body, for the page to keep.
    Body,
    /// In a cookie that no script can read.
    Cookie,
}

impl TokenTransport {
    /// The request header that chooses. No form and no link of another site can send it, so an answer that sets or
    /// clears a cookie is always one that a page of an allowed origin asked for.
    pub const HEADER: &'static str = "x-token-transport";

    pub(super) fn of_header(value: Option<&str>) -> Result<Self, Problem> {
        match value {
            None => Ok(Self::Body),
            Some(value) if value.eq_ignore_ascii_case("body") => Ok(Self::Body),
            Some(value) if value.eq_ignore_ascii_case("cookie") => Ok(Self::Cookie),
            Some(_) => Err(UNKNOWN_TOKEN_TRANSPORT),
        }
    }
}
