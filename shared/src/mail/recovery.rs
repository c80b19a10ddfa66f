//! What the codes of mails are good for.

use std::fmt::Debug;

use async_trait::async_trait;
use thiserror::Error;

use super::{Intent, Pending, PendingId, Seed};
use crate::domain::{Credential, EmailAddress, NewGeneration, PasswordHash, SourceDigest, StoreError, User};

/// A code that is right and is to be used.
#[derive(Clone, Copy, Debug)]
pub struct CodeUse<'c> {
    /// What waited for it.
    pub id: &'c PendingId,
    /// What it was made of.
    pub seed: &'c Seed,
}

/// Why a code was not used. Nothing was written, unless the store gave no clear answer.
#[derive(Debug, Error)]
pub enum CodeUseError {
    /// The code was used before, or another one has taken its place.
    #[error("the code is not good any more")]
    CodeUsed,
    /// The user is not as they were read.
    #[error("the user has changed")]
    UserChanged,
    /// Somebody has the new address already.
    #[error("the email address is taken")]
    EmailTaken,
    /// The store gave no clear answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A password that is set by a code.
#[derive(Clone, Copy, Debug)]
pub struct PasswordReset<'r> {
    /// Whose it is. Everything that was issued for them ends.
    pub generation: NewGeneration<'r>,
    /// Their address, which the code has proved.
    pub email: &'r EmailAddress,
    /// The new hash.
    pub password_hash: &'r PasswordHash,
    /// Where the code came from. The account knows this source from now on, and no other.
    pub source: &'r SourceDigest,
    /// The code.
    pub code: CodeUse<'r>,
    /// The notice of it.
    pub notice: &'r Intent,
}

/// An address that takes the place of another.
#[derive(Clone, Copy, Debug)]
pub struct EmailChange<'c> {
    /// Whose it is, and what ends with it.
    pub generation: NewGeneration<'c>,
    /// Their new address, which the code has proved.
    pub email: &'c EmailAddress,
    /// The credential of their old address, if they have one. It moves.
    pub credential: Option<&'c Credential>,
    /// The code.
    pub code: CodeUse<'c>,
    /// The notice to the old address, if there is one that was proved.
    pub notice: Option<&'c Intent>,
}

/// What codes are good for.
#[async_trait]
pub trait RecoveryStore: Debug + Send + Sync {
    /// Sets a new password and ends every other way into the account, in one step: every session and token, every identity,
    /// and every known source. Whoever squatted on the address is out. The address is proved.
    async fn reset_password(&self, reset: PasswordReset<'_>) -> Result<(), CodeUseError>;

    /// Says of the user that they read mail at their address.
    async fn prove_email(&self, user: &User, code: CodeUse<'_>) -> Result<(), CodeUseError>;

    /// Lets a change of address wait for its code, and asks for the mails about it, in one step. `false` if what waits is not
    /// as it was seen; nothing was written then.
    async fn begin_change(
        &self,
        id: &PendingId,
        seen: Option<&Pending>,
        pending: &Pending,
        intents: &[Intent],
    ) -> Result<bool, StoreError>;

    /// Gives the user another address, in one step: all or nothing.
    async fn change_email(&self, change: EmailChange<'_>) -> Result<(), CodeUseError>;
}
