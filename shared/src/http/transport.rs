//! How a token travels.

use lambda_http::http::StatusCode;

use super::Problem;

/// `X-Token-Transport` names no transport.
pub const UNKNOWN_TOKEN_TRANSPORT: Problem = Problem::new(
    StatusCode::BAD_REQUEST,
    "unknown_token_transport",
    "Send X-Token-Transport as cookie or body, or not at all.",
);

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
