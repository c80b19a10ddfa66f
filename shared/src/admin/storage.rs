//! What an operator's commands need of a store.

use std::fmt::Debug;

use async_trait::async_trait;
use thiserror::Error;

use super::{Account, NewAccount};
use crate::domain::{
    EmailAddress, LinkedIdentity, NewGeneration, PasswordHash, Profile, StoreError, User, UserClaims, UserId,
};
use crate::mail::Intent;

/// Why an account was not made. Nothing was written, unless the store gave no clear answer.
#[derive(Debug, Error)]
pub enum CreationError {
    /// Somebody has the address.
    #[error("another account has this email address")]
    EmailTaken,
    /// The id is somebody's.
    #[error("another user has this id")]
    IdTaken,
    /// Somebody signs in with one of the identities.
    #[error("another user signs in with one of its identities")]
    IdentityTaken,
    /// There is no randomness for an id.
    #[error("no randomness for an id")]
    NoRandomness,
    /// The store gave no clear answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an operator's commands need. A write that returns `false` has found the user changed or gone, and wrote nothing.
#[async_trait]
pub trait AdminStore: Debug + Send + Sync {
    /// The account of the user with this id, or `None` if there is none.
    async fn account(&self, id: &UserId) -> Result<Option<Account>, StoreError>;

    /// Whose address this is, or `None` if nobody has it.
    async fn owner(&self, email: &EmailAddress) -> Result<Option<UserId>, StoreError>;

    /// Who signs in with this identity, or `None` if nobody does.
    async fn linked_to(&self, identity: &LinkedIdentity) -> Result<Option<UserId>, StoreError>;

    /// Makes a user, their credential and their identities in one step: all or nothing.
    async fn create(&self, account: NewAccount<'_>) -> Result<(), CreationError>;

    /// Sets the password of the user with this address, and ends every other way into the account, as a reset does: every
    /// session and token, every identity and every known source. Unlike a reset it proves nothing about the address.
    async fn set_password(
        &self,
        generation: NewGeneration<'_>,
        email: &EmailAddress,
        password_hash: &PasswordHash,
        notice: Option<&Intent>,
    ) -> Result<bool, StoreError>;

    /// Disables the user and ends every session and token. `email` is their address, if they have one.
    async fn disable(&self, generation: NewGeneration<'_>, email: Option<&EmailAddress>) -> Result<bool, StoreError>;

    /// Lets the user in again.
    async fn enable(&self, id: &UserId) -> Result<bool, StoreError>;

    /// Says of the user that they read mail at their address, which is as it was read.
    async fn prove_email(&self, user: &User) -> Result<bool, StoreError>;

    /// Puts these claims in the place of those that the user has.
    async fn set_claims(&self, id: &UserId, claims: &UserClaims) -> Result<bool, StoreError>;

    /// Puts this profile in the place of the one that the user has.
    async fn set_profile(&self, id: &UserId, profile: &Profile) -> Result<bool, StoreError>;

    /// Deletes the user, their credential and their identities, in one step. What belongs to another user by now stays.
    async fn delete(
        &self,
        user: &User,
        email: Option<&EmailAddress>,
        notice: Option<&Intent>,
    ) -> Result<bool, StoreError>;
}
