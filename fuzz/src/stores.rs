//! The store traits in memory.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use shared::attempts::{AttemptStore, Counter};
use shared::clock::Timestamp;
use shared::domain::{
    AddSessionError, Advance, Advanced, Checked, CreateError, Credential, CredentialChanges,
    CredentialStore, EmailAddress, EndedToken, KnownSources, Name, NewSession, PasswordContext, PasswordHasher,
    PasswordHasherParams, PasswordPolicy, RefreshStore, Session, SessionEndStore, SessionId,
    SessionStore, StoreError, TokenEndStore, User, UserId, UserStore,
};
use secrecy::SecretSlice;
use shared::keys::{
    DigestKeyRecord, DigestKeyStore, PublicKeyRecord, PublicKeyStore, RefreshKeyWrite, SigningKeyRecord, SigningKeySet,
    SigningKeyStore, StoredVersions,
};
use shared::mail::{AccountStore, Intent, NewAccount, ReuseStore};
use tokio::runtime::Builder;

use crate::people::{GRACE, TAKEN_EMAIL};

/// The signing keys, or a store that is away. The functions ask for keys once the input is found good and before they
/// hash, so that with `Away` a good input ends in a 503 and costs no Argon2.
#[derive(Clone, Debug)]
pub enum Keys {
    /// This set.
    AtHand(Arc<SigningKeySet>),
    /// None can be had.
    Away,
}

impl Keys {
    fn set(&self) -> Result<&SigningKeySet, StoreError> {
        match self {
            Self::AtHand(set) => Ok(set),
            Self::Away => Err(StoreError::Unavailable(io::Error::from(io::ErrorKind::TimedOut).into())),
        }
    }
}

#[async_trait]
impl SigningKeyStore for Keys {
    async fn signing_keys(&self) -> Result<Option<SigningKeyRecord>, StoreError> {
        self.set().map(|set| Some(set.to_record()))
    }

    async fn replace_keys(
        &self,
        _stored: StoredVersions,
        _private: &SigningKeyRecord,
        _public: &PublicKeyRecord,
        _refresh_key: RefreshKeyWrite,
    ) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn add_refresh_key(&self, _refresh_key: &SecretSlice<u8>) -> Result<(), StoreError> {
        Ok(())
    }

    async fn add_digest_keys(&self, _digest_keys: &DigestKeyRecord) -> Result<(), StoreError> {
        Ok(())
    }
}

#[async_trait]
impl DigestKeyStore for Keys {
    async fn digest_keys(&self) -> Result<Option<DigestKeyRecord>, StoreError> {
        Ok(self.set()?.to_record().digest_keys)
    }
}

#[async_trait]
impl PublicKeyStore for Keys {
    async fn public_keys(&self) -> Result<Option<PublicKeyRecord>, StoreError> {
        self.set().map(|set| Some(set.to_public_record()))
    }
}

/// Counters that all stand at the same number.
#[derive(Clone, Debug, Default)]
pub struct Attempts(Arc<AtomicU64>);

impl Attempts {
    /// Sets the number.
    pub fn stand_at(&self, count: u8) {
        self.0.store(count.into(), Ordering::SeqCst);
    }
}

#[async_trait]
impl AttemptStore for Attempts {
    async fn add(&self, counter: &Counter) -> Result<u64, StoreError> {
        Ok(self.count(counter).await? + 1)
    }

    async fn add_below_limit(&self, counter: &Counter) -> Result<bool, StoreError> {
        Ok(self.count(counter).await? < counter.most())
    }

    async fn take_back(&self, _counter: &Counter) -> Result<(), StoreError> {
        Ok(())
    }

    async fn count(&self, _counter: &Counter) -> Result<u64, StoreError> {
        Ok(self.0.load(Ordering::SeqCst))
    }
}

/// Accounts of which all but the last are forgotten.
#[derive(Clone, Debug, Default)]
pub struct Accounts(Arc<Mutex<Option<User>>>);

impl Accounts {
    /// The user who was made last, if any was made since this was asked.
    pub fn take_last(&self) -> Option<User> {
        self.0.lock().expect("no thread panics here").take()
    }
}

#[async_trait]
impl AccountStore for Accounts {
    async fn create_account(&self, account: NewAccount<'_>, _intent: Option<&Intent>) -> Result<(), CreateError> {
        let NewAccount { user, email, .. } = account;
        if email.canonical() == TAKEN_EMAIL {
            return Err(CreateError::EmailTaken);
        }
        *self.0.lock().expect("no thread panics here") = Some(user.clone());
        Ok(())
    }
}

/// One credential: that of Grace.
#[derive(Clone, Debug)]
pub struct Credentials(Credential);

impl Credentials {
    /// Grace's password.
    pub const PASSWORD: &'static str = "kZ9!vQ4m-Zo\u{eb}~Q~";

    /// Her credential as sign-up writes it.
    pub fn of_grace() -> Self {
        let policy = PasswordPolicy::new(8).expect("a policy");
        let password = policy.parse(Self::PASSWORD).and_then(|proposed| proposed.score(PasswordContext::default()));
        let hasher = PasswordHasher::new(PasswordHasherParams::LOWEST).expect("a hasher");
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let password_hash = runtime.block_on(hasher.hash(password.expect("a good password"))).expect("a hash");
        Self(Credential {
            user_id: UserId::from_trusted(GRACE.to_owned()),
            password_hash: Some(password_hash),
            legacy: false,
            generation: 0,
            known_sources: KnownSources::default(),
        })
    }
}

#[async_trait]
impl CredentialStore for Credentials {
    async fn credential(&self, email: &EmailAddress) -> Result<Option<Credential>, StoreError> {
        Ok((email.canonical() == "grace@example.com").then(|| self.0.clone()))
    }

    async fn change_credential(
        &self,
        _email: &EmailAddress,
        _read: &Credential,
        _changes: &CredentialChanges,
    ) -> Result<(), StoreError> {
        Ok(())
    }
}

/// One user: Grace, whose tokens of before this time are over.
#[derive(Clone, Debug)]
pub struct Users {
    /// When she last ended her tokens.
    pub tokens_valid_after: Timestamp,
}

#[async_trait]
impl UserStore for Users {
    async fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        Ok((id.as_str() == GRACE).then(|| User {
            name: Name::parse("Grace Hopper").ok(),
            email: Some("Grace@example.com".to_owned()),
            tokens_valid_after: Some(self.tokens_valid_after),
            ..User::new(id.clone(), Timestamp::from_millis(1_700_000_000_000))
        }))
    }
}

#[async_trait]
impl TokenEndStore for Users {
    async fn end_tokens(&self, _id: &UserId, _at: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }
}

#[async_trait]
impl SessionStore for Users {
    async fn add_session(
        &self,
        _user: &UserId,
        _checked: Checked<'_>,
        _new: &NewSession,
        _replaced: Option<&SessionId>,
        _idle: Duration,
    ) -> Result<(), AddSessionError> {
        Ok(())
    }
}

#[async_trait]
impl RefreshStore for Users {
    async fn advance_session(
        &self,
        _user: &UserId,
        _id: &SessionId,
        _advance: Advance,
        _idle: Duration,
        _now: Timestamp,
    ) -> Result<Advanced, StoreError> {
        Ok(Advanced::Refused(None))
    }
}

#[async_trait]
impl ReuseStore for Users {
    async fn end_session_as_seen(
        &self,
        _user: &UserId,
        _id: &SessionId,
        _seen: &Session,
        _notice: Option<&Intent>,
    ) -> Result<bool, StoreError> {
        Ok(false)
    }
}

#[async_trait]
impl SessionEndStore for Users {
    async fn end_sessions(&self, _user: &UserId, _ids: &[&SessionId]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn end_tokens_without_session(&self, _user: &UserId, _at: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn end_token(&self, _user: &UserId, _token: &EndedToken, _now: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }
}
