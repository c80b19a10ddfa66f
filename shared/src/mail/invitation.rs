//! Invitations to sign up.

use std::fmt::Debug;

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use super::PendingId;
use crate::clock::Timestamp;
use crate::domain::{EmailAddress, StoreError, UserClaims};

/// What a person presents who was invited: 128 random bits in base64url. The store knows its digest alone.
#[derive(Clone, Debug)]
pub struct InvitationCode(SecretString);

impl InvitationCode {
    const BYTES: usize = 16;

    /// A new code. `None` if the system has no randomness to give.
    #[must_use]
    pub fn generate() -> Option<Self> {
        let mut bytes = [0; Self::BYTES];
        rand::fill(&mut bytes).ok()?;
        Some(Self(URL_SAFE_NO_PAD.encode(bytes).into()))
    }

    /// A code as somebody presents it. What no code looks like is the code of no invitation.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(text.into())
    }

    /// The code, to give to the person.
    #[must_use]
    pub fn as_secret(&self) -> &SecretString {
        &self.0
    }

    /// What names the invitation in the store.
    #[must_use]
    pub fn id(&self) -> PendingId {
        let digest = digest(&SHA256, self.0.expose_secret().as_bytes());
        PendingId::of_invitation(&URL_SAFE_NO_PAD.encode(digest))
    }
}

/// An invitation that waits for its use.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Until when it can be used, to the second.
    pub good_until: Timestamp,
    /// The one address that it is for, if it is for one.
    pub email: Option<EmailAddress>,
    /// What the new user's tokens say of them.
    pub claims: UserClaims,
}

impl Invitation {
    /// Whether somebody can sign up with this address now.
    #[must_use]
    pub fn is_for(&self, email: &EmailAddress, now: Timestamp) -> bool {
        now < self.good_until && self.email.as_ref().is_none_or(|own| own.canonical() == email.canonical())
    }
}

/// An invitation that a new account uses up.
#[derive(Clone, Debug)]
pub struct UsedInvitation {
    /// What names it.
    pub id: PendingId,
    /// What the user's tokens say of them.
    pub claims: UserClaims,
}

/// Where invitations wait.
#[async_trait]
pub trait InvitationStore: Debug + Send + Sync {
    /// Lets an invitation wait for its use.
    async fn invite(&self, id: &PendingId, invitation: &Invitation) -> Result<(), StoreError>;

    /// The invitation, or `None` if there is none: it was used, or never was.
    async fn invitation(&self, id: &PendingId) -> Result<Option<Invitation>, StoreError>;
}
