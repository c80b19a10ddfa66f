//! Sign-ups that wait for their codes.

use std::fmt::Debug;

use async_trait::async_trait;
use thiserror::Error;

use super::{Intent, NewAccount, PendingId, PendingSignup, Seed};
use crate::clock::Timestamp;
use crate::domain::StoreError;

/// Why a sign-up was not confirmed. Nothing was written, unless the store gave no clear answer.
#[derive(Debug, Error)]
pub enum ConfirmError {
    /// The code was used before, or another one has taken its place.
    #[error("the code is not good any more")]
    CodeUsed,
    /// Somebody has this email address already.
    #[error("the email address is taken")]
    EmailTaken,
    /// The id is another user's already.
    #[error("the user id is taken")]
    IdTaken,
    /// The invitation was used before, or has expired.
    #[error("the invitation is not good any more")]
    InvitationUsed,
    /// The store gave no clear answer. The account exists either whole or not at all.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What sign-ups need that wait for codes.
#[async_trait]
pub trait SignupStore: Debug + Send + Sync {
    /// Lets a sign-up wait, and asks for the mail with its code, in one step.
    async fn begin_signup(&self, id: &PendingId, signup: &PendingSignup, intent: &Intent) -> Result<(), StoreError>;

    /// The sign-up that waits under this id, or `None` if none does.
    async fn signup(&self, id: &PendingId) -> Result<Option<PendingSignup>, StoreError>;

    /// Lets a sign-up wait until `good_until`, for a new code, and asks for the mail with it, in one step. `false` if it is
    /// not as it was found; nothing was written then.
    async fn renew_signup(
        &self,
        id: &PendingId,
        found: &PendingSignup,
        good_until: Timestamp,
        intent: &Intent,
    ) -> Result<bool, StoreError>;

    /// Makes the account of a sign-up and uses its code, which was made of this seed, in one step: all or nothing. Of any
    /// number of racing calls for one code or one address exactly one succeeds.
    async fn confirm_signup(&self, account: NewAccount<'_>, id: &PendingId, seed: &Seed) -> Result<(), ConfirmError>;
}
