//! The tokens that a request presents.

use shared::http::problem::TOKEN_TRANSPORT_REQUIRED;
use shared::http::{Call, Failure, Members, PresentedToken, Problem, RefreshCookie, TokenTransport};

/// The refresh token is missing, forged or spent, or its session has ended. The response does not say which.
pub const INVALID_REFRESH_TOKEN: Problem =
    Problem::unauthorized("Bearer", "invalid_refresh_token", "The session has ended. Log in again.");

/// The member of a body that holds a refresh token.
const REFRESH_TOKEN: &str = "refreshToken";

/// The access token, if it may change something.
pub(crate) fn access_token(call: &Call, transport: TokenTransport) -> Result<Option<PresentedToken<'_>>, Problem> {
    call.check_token_transport(transport).map(|()| call.presented_token())
}

/// The refresh token in the body or, with the cookie transport, in the cookie; one in the body does not count then. Several
/// cookies of its name are none: a sibling host may have planted one.
pub(crate) fn refresh_token<'c>(
    call: &'c Call,
    body: Option<&'c Members>,
    transport: TokenTransport,
) -> Result<Option<&'c str>, Failure> {
    let in_body = body.map(|body| body.optional_text(REFRESH_TOKEN)).transpose();
    let in_body = in_body.map_err(|error| Failure::Fields(vec![error]))?.flatten();
    Ok(match (transport, call.refresh_cookie()) {
        (TokenTransport::Body, _) => in_body,
        (TokenTransport::Cookie, RefreshCookie::One(token)) => Some(token),
        (TokenTransport::Cookie, RefreshCookie::None | RefreshCookie::Several) => None,
    })
}

/// The refresh token of [`refresh_token`], or the problem to return without one.
pub(crate) fn required_refresh_token<'c>(
    call: &'c Call,
    body: Option<&'c Members>,
    transport: TokenTransport,
) -> Result<&'c str, Failure> {
    match refresh_token(call, body, transport)? {
        Some(token) => Ok(token),
        None if transport == TokenTransport::Cookie => Err(INVALID_REFRESH_TOKEN.into()),
        None if call.refresh_cookie() != RefreshCookie::None => Err(TOKEN_TRANSPORT_REQUIRED.into()),
        None => Err(Failure::Fields(vec![Members::missing(REFRESH_TOKEN)])),
    }
}
