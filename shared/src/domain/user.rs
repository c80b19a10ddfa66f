//! A user.

use std::fmt;

use super::Name;
use crate::clock::Timestamp;
use crate::uuid_v7;

/// What a user is known by: an opaque string that never changes and says nothing about the person.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserId(String);

impl UserId {
    /// A new id: a UUID v7 of the time `now`, so that ids of one time lie together.
    #[must_use]
    pub fn generate(now: Timestamp) -> Self {
        Self(uuid_v7::generate(now).to_string())
    }

    /// An id as it came out of the store or out of a verified token.
    #[must_use]
    pub fn from_trusted(id: String) -> Self {
        Self(id)
    }

    /// The id as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A user as the store keeps them, without any secret.
#[derive(Clone, Debug)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The user's name.
    pub name: Name,
    /// The email address as its owner typed it.
    pub email: String,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Tokens issued at this time or before are over. `None` where the user never ended any.
    pub tokens_valid_after: Option<Timestamp>,
}
