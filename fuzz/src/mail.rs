//! What mail needs of stores, in memory. Nothing waits for a code, so no code is right.

use async_trait::async_trait;
use shared::clock::Timestamp;
use shared::domain::{EmailAddress, Name, PasswordChange, Profile, ProfileStore, StoreError, User};
use shared::mail::{
    CodeUse, CodeUseError, ConfirmError, DeletionStore, EmailChange, Intent, Invitation, InvitationStore, NewAccount,
    OutboxStore, PasswordReset, PasswordStore, Pending, PendingId, PendingSignup, PendingStore, RecoveryStore, Seed,
    SignupStore,
};

/// The store of an account that changes as it is asked to, and of codes of which none is good.
#[derive(Clone, Copy, Debug)]
pub struct Mails;

#[async_trait]
impl OutboxStore for Mails {
    async fn add(&self, _intent: &Intent) -> Result<(), StoreError> {
        Ok(())
    }
}

#[async_trait]
impl PendingStore for Mails {
    async fn pending(&self, _id: &PendingId) -> Result<Option<Pending>, StoreError> {
        Ok(None)
    }
}

#[async_trait]
impl RecoveryStore for Mails {
    async fn reset_password(&self, _reset: PasswordReset<'_>) -> Result<(), CodeUseError> {
        panic!("a password is reset without a code")
    }

    async fn prove_email(&self, _user: &User, _code: CodeUse<'_>) -> Result<(), CodeUseError> {
        panic!("an address is proved without a code")
    }

    async fn begin_change(
        &self,
        _id: &PendingId,
        _seen: Option<&Pending>,
        _pending: &Pending,
        _intents: &[Intent],
    ) -> Result<bool, StoreError> {
        Ok(true)
    }

    async fn change_email(&self, _change: EmailChange<'_>) -> Result<(), CodeUseError> {
        panic!("an address is changed without a code")
    }
}

#[async_trait]
impl SignupStore for Mails {
    async fn begin_signup(&self, _id: &PendingId, _signup: &PendingSignup, _intent: &Intent) -> Result<(), StoreError> {
        Ok(())
    }

    async fn signup(&self, _id: &PendingId) -> Result<Option<PendingSignup>, StoreError> {
        Ok(None)
    }

    async fn renew_signup(
        &self,
        _id: &PendingId,
        _found: &PendingSignup,
        _good_until: Timestamp,
        _intent: &Intent,
    ) -> Result<bool, StoreError> {
        panic!("a sign-up is renewed that does not wait")
    }

    async fn confirm_signup(
        &self,
        _account: NewAccount<'_>,
        _id: &PendingId,
        _seed: &Seed,
    ) -> Result<(), ConfirmError> {
        panic!("an account is made without a code")
    }
}

#[async_trait]
impl InvitationStore for Mails {
    async fn invite(&self, _id: &PendingId, _invitation: &Invitation) -> Result<(), StoreError> {
        panic!("somebody invites who serves requests")
    }

    async fn invitation(&self, _id: &PendingId) -> Result<Option<Invitation>, StoreError> {
        Ok(None)
    }
}

#[async_trait]
impl PasswordStore for Mails {
    async fn change_password(&self, _change: PasswordChange<'_>, _notice: Option<&Intent>) -> Result<bool, StoreError> {
        Ok(true)
    }
}

#[async_trait]
impl DeletionStore for Mails {
    async fn delete_user(
        &self,
        _user: &User,
        _email: Option<&EmailAddress>,
        _notice: Option<&Intent>,
    ) -> Result<bool, StoreError> {
        Ok(true)
    }
}

#[async_trait]
impl ProfileStore for Mails {
    async fn change_profile(
        &self,
        read: &User,
        name: Option<&Name>,
        profile: Option<&Profile>,
    ) -> Result<Option<User>, StoreError> {
        let (name, profile) = (name.or(read.name.as_ref()), profile.unwrap_or(&read.profile));
        Ok(Some(User { name: name.cloned(), profile: profile.clone(), ..read.clone() }))
    }
}
