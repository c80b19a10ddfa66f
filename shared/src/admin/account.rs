//! An account as a whole.

use crate::domain::{Credential, EmailAddress, PasswordHash, User};

/// A user and what they log in with.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user.
    pub user: User,
    /// The credential of their address. A user without an address has none.
    pub credential: Option<Credential>,
}

/// An account that an operator makes. Nobody has come from anywhere yet, so it knows no source.
#[derive(Clone, Copy, Debug)]
pub struct NewAccount<'a> {
    /// The user. Each identity that they list is linked to them.
    pub user: &'a User,
    /// Their address, if they have one.
    pub email: Option<&'a EmailAddress>,
    /// The hash of their password, if they have one and it is known.
    pub password_hash: Option<&'a PasswordHash>,
    /// Whether the old system still knows the password.
    pub legacy: bool,
    /// What the transaction is known by: at most 36 characters, the same for the same account and no other.
    pub token: &'a str,
}
