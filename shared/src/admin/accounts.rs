//! The commands of an operator, whatever they are given by.

use std::sync::Arc;

use thiserror::Error;

use super::{Account, AdminStore, CreationError, NewAccount};
use crate::clock::Timestamp;
use crate::domain::{
    EmailAddress, NewGeneration, PasswordHash, Profile, StoreError, User, UserClaims, UserId, UserIdKind,
};
use crate::mail::{Intent, IntentId, Languages, Notice, PersonDevice, Subject};

/// How often a change is tried while others change the same user.
const TRIES: usize = 10;

/// Why an account was not changed. Nothing was written, unless the store gave no clear answer.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// There is no such user.
    #[error("there is no such user")]
    NoUser,
    /// The user has no address, and so nothing to log in with by a password.
    #[error("the user has no email address")]
    NoAddress,
    /// The table of credentials has none of the user's address, or one that is another user's.
    #[error("the user's email address has no credential of theirs: restore the table of credentials first")]
    NoCredential,
    /// Others kept changing the user.
    #[error("others kept changing the user: try again")]
    Changing,
    /// The store gave no clear answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an operator does to accounts.
#[derive(Clone, Debug)]
pub struct Accounts {
    store: Arc<dyn AdminStore>,
    is_mail_on: bool,
}

impl Accounts {
    /// Over this store. Notices are written only if there is mail.
    #[must_use]
    pub fn new(store: Arc<dyn AdminStore>, is_mail_on: bool) -> Self {
        Self { store, is_mail_on }
    }

    /// The account of this user.
    pub async fn account(&self, id: &UserId) -> Result<Account, ChangeError> {
        self.store.account(id).await?.ok_or(ChangeError::NoUser)
    }

    /// The account with this address.
    pub async fn account_of(&self, email: &EmailAddress) -> Result<Account, ChangeError> {
        let id = self.store.owner(email).await?.ok_or(ChangeError::NoUser)?;
        self.account(&id).await
    }

    /// Makes an account. `user` has everything but its id.
    pub async fn create(
        &self,
        user: User,
        email: &EmailAddress,
        password_hash: Option<&PasswordHash>,
        ids: UserIdKind,
    ) -> Result<User, CreationError> {
        for _ in 0..UserIdKind::DRAWS {
            let id = UserId::generate(ids, user.created_at).ok_or(CreationError::NoRandomness)?;
            let user = User { id, ..user.clone() };
            let token = user.id.as_str();
            let account = NewAccount { user: &user, email: Some(email), password_hash, legacy: false, token };
            match self.store.create(account).await {
                Err(CreationError::IdTaken) => {}
                created => return created.map(|()| user),
            }
        }
        Err(CreationError::IdTaken)
    }

    /// Sets the password of a user and ends every other way into the account. Whoever holds the account loses it, however
    /// often they change it meanwhile.
    pub async fn set_password(&self, id: &UserId, hash: &PasswordHash, now: Timestamp) -> Result<(), ChangeError> {
        for _ in 0..TRIES {
            let Account { user, credential } = self.account(id).await?;
            let email = user.address()?.ok_or(ChangeError::NoAddress)?;
            if credential.is_none() {
                return Err(ChangeError::NoCredential);
            }
            let notice = self.notice(Notice::PasswordChanged, &user, &email, now);
            let generation = NewGeneration { user: &user, kept: None, at: now };
            if self.store.set_password(generation, &email, hash, notice.as_ref()).await? {
                return Ok(());
            }
        }
        Err(ChangeError::Changing)
    }

    /// Disables a user and ends every session and token.
    pub async fn disable(&self, id: &UserId, now: Timestamp) -> Result<(), ChangeError> {
        for _ in 0..TRIES {
            let Account { user, credential } = self.account(id).await?;
            // After a restore of one table the credential may be away, or of somebody else. The user is disabled all the same.
            let email = user.address()?.filter(|_email| credential.is_some());
            if self.store.disable(NewGeneration { user: &user, kept: None, at: now }, email.as_ref()).await? {
                return Ok(());
            }
        }
        Err(ChangeError::Changing)
    }

    /// Lets a user in again.
    pub async fn enable(&self, id: &UserId) -> Result<(), ChangeError> {
        if self.store.enable(id).await? { Ok(()) } else { Err(ChangeError::NoUser) }
    }

    /// Says of a user that they read mail at their address. Returns the address.
    pub async fn prove_email(&self, id: &UserId) -> Result<EmailAddress, ChangeError> {
        for _ in 0..TRIES {
            let Account { user, .. } = self.account(id).await?;
            let email = user.address()?.ok_or(ChangeError::NoAddress)?;
            if self.store.prove_email(&user).await? {
                return Ok(email);
            }
        }
        Err(ChangeError::Changing)
    }

    /// Puts these claims in the place of those that the user has.
    pub async fn set_claims(&self, id: &UserId, claims: &UserClaims) -> Result<(), ChangeError> {
        if self.store.set_claims(id, claims).await? { Ok(()) } else { Err(ChangeError::NoUser) }
    }

    /// Puts this profile in the place of the one that the user has.
    pub async fn set_profile(&self, id: &UserId, profile: &Profile) -> Result<(), ChangeError> {
        if self.store.set_profile(id, profile).await? { Ok(()) } else { Err(ChangeError::NoUser) }
    }

    /// Deletes a user, their credential and their identities.
    pub async fn delete(&self, id: &UserId, now: Timestamp) -> Result<(), ChangeError> {
        for _ in 0..TRIES {
            let Account { user, .. } = self.account(id).await?;
            let email = user.address()?;
            let notice = email.as_ref().and_then(|email| self.notice(Notice::Deleted, &user, email, now));
            if self.store.delete(&user, email.as_ref(), notice.as_ref()).await? {
                return Ok(());
            }
        }
        Err(ChangeError::Changing)
    }

    /// A notice to an address that was proved, if there is mail.
    fn notice(&self, notice: Notice, user: &User, email: &EmailAddress, at: Timestamp) -> Option<Intent> {
        (self.is_mail_on && user.email_verified).then(|| Intent {
            id: IntentId::generate(at),
            subject: Subject::Notice(notice),
            email: email.clone(),
            languages: Languages::default(),
            device: PersonDevice::default(),
            at,
        })
    }
}
