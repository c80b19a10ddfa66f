//! What a user's changes of their own account need of a store.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{Credential, EmailAddress, Name, PasswordHash, Profile, SessionId, StoreError, User};
use crate::clock::Timestamp;

/// The end of all that was issued so far for a user: a new generation begins.
#[derive(Clone, Copy, Debug)]
pub struct NewGeneration<'u> {
    /// The user as they were read.
    pub user: &'u User,
    /// The session that stays. Every other one ends, and every token without a session.
    pub kept: Option<&'u SessionId>,
    /// The time now.
    pub at: Timestamp,
}

/// A change of password.
#[derive(Clone, Copy, Debug)]
pub struct PasswordChange<'u> {
    /// Whose it is, and what ends with it.
    pub generation: NewGeneration<'u>,
    /// Their email address.
    pub email: &'u EmailAddress,
    /// Their credential as it was read.
    pub credential: &'u Credential,
    /// The hash of the new password.
    pub hash: &'u PasswordHash,
}

/// What a change of the profile needs.
#[async_trait]
pub trait ProfileStore: Debug + Send + Sync {
    /// Changes what is given of the name and the profile, if the profile is still as it was read, and returns the user as they
    /// are now. `None` if it is not, or there is no such user: nothing was written then.
    async fn change_profile(
        &self,
        read: &User,
        name: Option<&Name>,
        profile: Option<&Profile>,
    ) -> Result<Option<User>, StoreError>;
}
