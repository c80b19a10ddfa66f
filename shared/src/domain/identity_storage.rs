//! What the domain needs of a store for signing in with providers.

use std::fmt::Debug;

use async_trait::async_trait;
use thiserror::Error;

use super::{IdentityKey, LinkedIdentity, NewGeneration, StoreError, UserId};
use crate::clock::Timestamp;

/// The link of an identity to a user. It counts only if that user exists and lists the identity: anything else is left over
/// from before the user's ways to log in changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The user.
    pub user_id: UserId,
    /// When it was made.
    pub linked_at: Timestamp,
}

/// A link that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewLink<'n> {
    /// The identity.
    pub identity: &'n LinkedIdentity,
    /// The link that does not count and whose place this one takes, exactly as it was read.
    pub stale: Option<&'n Link>,
    /// The time now.
    pub at: Timestamp,
}

/// A code that works once.
#[derive(Clone, Debug)]
pub struct OneTimeCode {
    /// The digest of the code.
    pub digest: String,
    /// When it expires.
    pub good_until: Timestamp,
}

/// Why a user was not made for an identity. Nothing was written, unless the store gave no clear answer.
#[derive(Debug, Error)]
pub enum FederateError {
    /// The code was used before.
    #[error("the code was used before")]
    CodeUsed,
    /// The link is not as it was read.
    #[error("the identity was linked meanwhile")]
    LinkChanged,
    /// Somebody has this email address already.
    #[error("the email address is taken")]
    EmailTaken,
    /// The id is another user's already.
    #[error("the user id is taken")]
    IdTaken,
    /// The store gave no clear answer. The account exists either whole or not at all.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an identity was not linked to a user. Nothing was written, unless the store gave no clear answer.
#[derive(Debug, Error)]
pub enum LinkError {
    /// The code was used before.
    #[error("the code was used before")]
    CodeUsed,
    /// The link is not as it was read.
    #[error("the identity was linked meanwhile")]
    LinkChanged,
    /// What the user logs in with has changed since it was checked, or they have as many identities as there may be.
    #[error("the user has changed")]
    UserChanged,
    /// The store gave no clear answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Identities that are to be taken away from their user.
#[derive(Clone, Copy, Debug)]
pub struct Unlinking<'u> {
    /// Whose they are, and what ends with them.
    pub generation: NewGeneration<'u>,
    /// Identities that the user lists.
    pub identities: &'u [&'u LinkedIdentity],
}

/// What every use of an identity needs.
#[async_trait]
pub trait IdentityStore: Debug + Send + Sync {
    /// The link of this identity, or `None` if there is none.
    async fn link(&self, key: &IdentityKey) -> Result<Option<Link>, StoreError>;

    /// Uses a code. `false` if it was used before. Of any number of racing calls exactly one uses it.
    async fn use_code(&self, code: &OneTimeCode) -> Result<bool, StoreError>;
}
