//! Access tokens: JWTs (RFC 7519) signed with RS256.

mod claims;
mod issuer;
mod sign;
mod verify;

pub use issuer::Issuer;
pub use sign::{IssuedToken, SignError, TokenIssuer};
pub use verify::{TokenFault, TokenVerifier, VerifiedToken};
