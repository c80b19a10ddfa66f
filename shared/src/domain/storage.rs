//! What the domain needs of a store, one small trait for each use.
//!
//! Every implementation reads what it has just written: a user who has signed up is found by the very next call.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use thiserror::Error;

use super::{
    EmailAddress, EndedToken, KnownSources, LinkedIdentity, NewSession, PasswordHash, Session, SessionId, User,
    UserClaims, UserId,
};
use crate::clock::Timestamp;

/// Why a store gave no answer.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The store is away or too slow. The same call may succeed later.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// The store is asked for more than it is ready for. The same call may succeed once it has adapted.
    #[error("the store is asked for too much")]
    Throttled(#[source] Box<dyn StdError + Send + Sync>),
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
    /// The invitation was used before, or has expired. Nothing was written.
    #[error("the invitation is not good any more")]
    InvitationUsed,
    /// The store gave no clear answer. The account exists either whole or not at all.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a log-in is checked against.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Whose it is.
    pub user_id: UserId,
    /// The hash of their password, if the account has one.
    pub password_hash: Option<PasswordHash>,
    /// Whether the old system, from which the account was moved, still knows the password. It counts only without a hash.
    pub legacy: bool,
    /// The user's generation when this was last changed.
    pub generation: u64,
    /// Where they have come from.
    pub known_sources: KnownSources,
}

impl Credential {
    /// Whether the old system is the one to ask for the password.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        self.legacy && self.password_hash.is_none()
    }
}

/// What a log-in found worth keeping. `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct CredentialChanges {
    /// A hash with the parameters of the configuration.
    pub password_hash: Option<PasswordHash>,
    /// The known sources after a use of one of them, or of a new one.
    pub known_sources: Option<KnownSources>,
}

impl CredentialChanges {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.password_hash.is_none() && self.known_sources.is_none()
    }
}

/// What log-in needs.
#[async_trait]
pub trait CredentialStore: Debug + Send + Sync {
    /// The credential of this email address, or `None` if nobody has it.
    async fn credential(&self, email: &EmailAddress) -> Result<Option<Credential>, StoreError>;

    /// Changes a credential in one step. Nothing happens if it is gone, if its user or its hash is no longer as it was read,
    /// or if it has neither a hash nor another system that knows one. A new hash removes `legacy`.
    async fn change_credential(
        &self,
        email: &EmailAddress,
        read: &Credential,
        changes: &CredentialChanges,
    ) -> Result<(), StoreError>;
}

/// What showing a user needs.
#[async_trait]
pub trait UserStore: Debug + Send + Sync {
    /// The user with this id, or `None` if there is none.
    async fn user(&self, id: &UserId) -> Result<Option<User>, StoreError>;
}

/// Why a session was not added.
#[derive(Debug, Error)]
pub enum AddSessionError {
    /// What the user logs in with has changed since it was checked, or the user is gone or disabled. Nothing was written.
    #[error("what the user logs in with has changed")]
    Outdated,
    /// The store gave no clear answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was checked of a user who logs in, and must still hold when their session begins.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'c> {
    /// The user's generation.
    pub generation: u64,
    /// The identity that they signed in with, if it was one. They list it.
    pub identity: Option<&'c LinkedIdentity>,
}

/// What a log-in that lasts needs.
#[async_trait]
pub trait SessionStore: Debug + Send + Sync {
    /// Adds a session to a user for whom what was checked still holds, in the place of `replaced` if that is one of theirs.
    /// If there are too many, those give way that [`Sessions::giving_way`](super::Sessions::giving_way) names; a session
    /// that is not used for `idle` has ended.
    async fn add_session(
        &self,
        user: &UserId,
        checked: Checked<'_>,
        new: &NewSession,
        replaced: Option<&SessionId>,
        idle: Duration,
    ) -> Result<(), AddSessionError>;
}

/// How a session moves on to another refresh token.
#[derive(Clone, Copy, Debug)]
pub struct Advance {
    /// The number of the token that has to be the current one.
    pub current: u32,
    /// The number that the current token has to be the successor of; any, if `None`.
    pub successor_of: Option<u32>,
    /// The number whose successor the new token is.
    pub from: u32,
    /// The new token's number.
    pub to: u32,
}

impl Advance {
    /// From the current token, with this number, to its successor. `None` after the last number.
    #[must_use]
    pub fn rotation(number: u32) -> Option<Self> {
        Some(Self { current: number, successor_of: None, from: number, to: number.checked_add(1)? })
    }

    /// From a current token that never arrived to another successor of its predecessor. `None` after the last number.
    #[must_use]
    pub fn branch(session: &Session) -> Option<Self> {
        let Session { counter, from, .. } = *session;
        Some(Self { current: counter, successor_of: Some(from), from, to: counter.checked_add(1)? })
    }
}

/// What became of it.
#[derive(Debug)]
pub enum Advanced {
    /// The session as it is now, and what the app's server says of its user.
    Done(Session, UserClaims),
    /// Nothing was written. The session as it is, and what the app's server says of its user. `None` if there is no such
    /// session or its user is disabled.
    Refused(Option<(Session, UserClaims)>),
}

/// What a refresh needs.
#[async_trait]
pub trait RefreshStore: Debug + Send + Sync {
    /// Moves a session on, in one conditional write. It is refused if the session has ended, also by not being used for
    /// `idle`, or is elsewhere, and if its user is disabled.
    async fn advance_session(
        &self,
        user: &UserId,
        id: &SessionId,
        advance: Advance,
        idle: Duration,
        now: Timestamp,
    ) -> Result<Advanced, StoreError>;
}

/// What a log-out needs. A user or a session that is gone is not brought back.
#[async_trait]
pub trait SessionEndStore: Debug + Send + Sync {
    /// Ends these sessions.
    async fn end_sessions(&self, user: &UserId, ids: &[&SessionId]) -> Result<(), StoreError>;

    /// Ends every token without a session that was issued at `at` or before. A later end that is already set stays.
    async fn end_tokens_without_session(&self, user: &UserId, at: Timestamp) -> Result<(), StoreError>;

    /// Ends one token that has no session, unless it has ended with all others. If too many are ended already, every token
    /// without a session ends that was issued until now, and the single ones are forgotten.
    async fn end_token(&self, user: &UserId, token: &EndedToken, now: Timestamp) -> Result<(), StoreError>;
}

/// What ending a user's tokens needs.
#[async_trait]
pub trait TokenEndStore: Debug + Send + Sync {
    /// Ends every session of the user, and every token that was issued at `at` or before. A later end that is already set
    /// stays. A user who is gone is not brought back.
    async fn end_tokens(&self, id: &UserId, at: Timestamp) -> Result<(), StoreError>;
}
