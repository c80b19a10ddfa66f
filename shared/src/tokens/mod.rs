//! Access tokens, which are JWTs (RFC 7519) signed with RS256, and refresh tokens, which only this service can read.

mod claims;
mod issuer;
mod refresh_token;
mod settings;
mod sign;
mod verify;

pub use issuer::Issuer;
pub use refresh_token::{IssuedRefreshToken, RefreshToken};
pub use settings::{SessionLifetimes, TokenLifetimes, read_audience, read_token_lifetime};
pub use sign::{BoundTo, Grant, IssuedToken, SignError, TokenIssuer};
pub use verify::{TokenFault, TokenVerifier, VerifiedToken};
