//! What the domain needs of a store, one small trait for each use.
//!
//! Every implementation reads what it has just written: a user who has signed up is found by the very next call.

use std::error::Error as StdError;
use std::future::Future;

use thiserror::Error;

use super::{AddressDigest, EmailAddress, KnownAddresses, PasswordHash, User, UserId};
use crate::clock::Timestamp;

/// Why a store gave no answer.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The store is away, too slow, or refuses for load. The same call may succeed later.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// The store answered with something that this program did not write. Trying again will not help.
    #[error("the store holds what cannot be read: {0}")]
    Corrupt(String),
}

/// Why an account was not made.
#[derive(Debug, Error)]
pub enum CreateError {
    /// Somebody has this email address already. Nothing was written.
    #[error("the email address is taken")]
    EmailTaken,
    /// The id is another user's already. Nothing was written.
    #[error("the user id is taken")]
    IdTaken,
    /// The store gave no clear answer. The account exists either whole or not at all.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a log-in is checked against.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Whose it is.
    pub user_id: UserId,
    /// The hash of their password.
    pub password_hash: PasswordHash,
    /// Where they have come from.
    pub known_addresses: KnownAddresses,
}

/// What a log-in found worth keeping. `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct CredentialChanges {
    /// A hash with the parameters of the configuration.
    pub password_hash: Option<PasswordHash>,
    /// The known addresses with a new one among them.
    pub known_addresses: Option<KnownAddresses>,
}

impl CredentialChanges {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.password_hash.is_none() && self.known_addresses.is_none()
    }
}

/// What sign-up needs.
pub trait AccountStore: Send + Sync {
    /// Makes the user and the credential in one step: both or neither. Of any number of racing calls for one email
    /// address exactly one succeeds. The address that the sign-up came from is the first that the account knows.
    fn create_account(
        &self,
        user: &User,
        email: &EmailAddress,
        password_hash: &PasswordHash,
        address: &AddressDigest,
    ) -> impl Future<Output = Result<(), CreateError>> + Send;
}

/// What log-in needs.
pub trait CredentialStore: Send + Sync {
    /// The credential of this email address, or `None` where nobody has it.
    fn credential(&self, email: &EmailAddress) -> impl Future<Output = Result<Option<Credential>, StoreError>> + Send;

    /// Changes a credential in one step. Nothing happens where it is gone or its hash is no longer `hash`.
    fn change_credential(
        &self,
        email: &EmailAddress,
        hash: &PasswordHash,
        changes: &CredentialChanges,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// What showing a user and ending their tokens need.
pub trait UserStore: Send + Sync {
    /// The user with this id, or `None` where there is none.
    fn user(&self, id: &UserId) -> impl Future<Output = Result<Option<User>, StoreError>> + Send;

    /// Ends every token of the user that was issued at `at` or before. A later end that is already set stays. A user
    /// who is gone is not brought back.
    fn end_tokens(&self, id: &UserId, at: Timestamp) -> impl Future<Output = Result<(), StoreError>> + Send;
}
