//! Access tokens: JWTs (RFC 7519) signed with RS256.

mod claims;
mod issuer;
mod settings;
mod sign;
mod verify;

pub use issuer::Issuer;
pub use settings::{read_audience, read_token_lifetime};
pub use sign::{IssuedToken, SignError, TokenIssuer};
pub use verify::{TokenFault, TokenVerifier, VerifiedToken};
