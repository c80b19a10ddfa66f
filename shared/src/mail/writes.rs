//! What is written together with the mail about it: both or neither.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{Intent, UsedInvitation};
use crate::domain::{
    CreateError, EmailAddress, FederateError, LinkError, NewLink, OneTimeCode, PasswordChange, PasswordHash, Session,
    SessionId, SourceDigest, StoreError, Unlinking, User, UserId,
};

/// An account with a password that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewAccount<'a> {
    /// The user.
    pub user: &'a User,
    /// Their address.
    pub email: &'a EmailAddress,
    /// The hash of their password.
    pub password_hash: &'a PasswordHash,
    /// The source that the sign-up came from. It is the first that the account knows.
    pub source: &'a SourceDigest,
    /// The invitation that it uses up.
    pub invitation: Option<&'a UsedInvitation>,
}

/// What sign-up needs.
#[async_trait]
pub trait AccountStore: Debug + Send + Sync {
    /// Makes the user and the credential in one step: both or neither. Of any number of racing calls for one email
    /// address exactly one succeeds.
    async fn create_account(&self, account: NewAccount<'_>, intent: Option<&Intent>) -> Result<(), CreateError>;
}

/// What a first sign-in with a provider needs.
#[async_trait]
pub trait FederatedAccountStore: Debug + Send + Sync {
    /// Makes a user without a password, takes the email address, links the identity and uses the code, in one step: all or
    /// nothing. Of any number of racing calls for one address or one identity exactly one succeeds.
    async fn create_federated_account(
        &self,
        user: &User,
        email: Option<&EmailAddress>,
        link: NewLink<'_>,
        code: &OneTimeCode,
        intent: Option<&Intent>,
    ) -> Result<(), FederateError>;
}

/// What linking and unlinking need.
#[async_trait]
pub trait LinkStore: Debug + Send + Sync {
    /// Links an identity to a user of this generation who has room for one more, and uses the code, in one step.
    async fn add_link(
        &self,
        user: &UserId,
        generation: u64,
        link: NewLink<'_>,
        code: &OneTimeCode,
        notice: Option<&Intent>,
    ) -> Result<(), LinkError>;

    /// Takes identities away and begins a new generation of the user, in one step. `false` if the user is not as they were
    /// read, or would have no way left to log in; nothing was written then.
    async fn remove_links(&self, unlinking: Unlinking<'_>, notice: Option<&Intent>) -> Result<bool, StoreError>;
}

/// What ending a session that two parties use needs.
#[async_trait]
pub trait ReuseStore: Debug + Send + Sync {
    /// Ends a session if it is still as it was seen, and returns whether it was.
    async fn end_session_as_seen(
        &self,
        user: &UserId,
        id: &SessionId,
        seen: &Session,
        notice: Option<&Intent>,
    ) -> Result<bool, StoreError>;
}

/// What a change of password needs.
#[async_trait]
pub trait PasswordStore: Debug + Send + Sync {
    /// Stores the hash and begins a new generation, in one step. The user has a password from then on. `false` if the user or
    /// the credential is not as it was read; nothing was written then. Of any number of racing changes of one password
    /// exactly one succeeds.
    async fn change_password(&self, change: PasswordChange<'_>, notice: Option<&Intent>) -> Result<bool, StoreError>;
}

/// What a deletion needs.
#[async_trait]
pub trait DeletionStore: Debug + Send + Sync {
    /// Deletes the user, their credential and their identities, in one step. What belongs to another user by now stays. `false`
    /// if what the user logs in with has changed since they were read, or they are gone; nothing was deleted then.
    async fn delete_user(
        &self,
        user: &User,
        email: Option<&EmailAddress>,
        notice: Option<&Intent>,
    ) -> Result<bool, StoreError>;
}
