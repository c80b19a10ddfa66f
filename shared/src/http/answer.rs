//! What a handler can answer.

use super::TokenTransport;
use crate::domain::{User, UserId};
use crate::tokens::IssuedToken;

/// An answer that is no error, before any dialect has put it on the wire.
#[derive(Debug)]
pub enum Success {
    /// An account was made, and this is its first token.
    SignedUp {
        /// The token.
        token: IssuedToken,
        /// Where the caller wants it.
        transport: TokenTransport,
        /// Whose it is.
        user_id: UserId,
    },
    /// The password was right, and this is a new token.
    LoggedIn {
        /// The token.
        token: IssuedToken,
        /// Where the caller wants it.
        transport: TokenTransport,
        /// Whose it is.
        user_id: UserId,
    },
    /// The user that the token belongs to.
    Known(User),
    /// The caller is logged out; with the transport of the cookie, the cookie goes.
    LoggedOut(TokenTransport),
    /// A public document for machines, in JSON, that may be cached for five minutes.
    Document(String),
}
