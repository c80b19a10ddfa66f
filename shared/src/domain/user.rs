//! A user.

use std::fmt;

use aws_lc_rs::rand;

use super::{EmailAddress, EndedTokens, LinkedIdentities, Name, Profile, Sessions, StoreError, UserClaims};
use crate::clock::Timestamp;
use crate::environment::{ConfigError, Environment};
use crate::uuid_v7;

/// The largest integer that every JSON number can hold (RFC 8259 6).
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// What new ids are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserIdKind {
    /// A UUID v7, so that ids of one time lie together.
    Uuid,
    /// A random integer from 1 to 2^53 - 1, for front ends whose ids are numbers.
    Integer,
}

impl UserIdKind {
    /// How often a new id is drawn. Of a billion integer ids, one in nine million draws is taken.
    pub const DRAWS: u32 = 5;

    /// The kind that the environment asks for: `USER_IDS`; `uuid` by default.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        const VARIABLE: &str = "USER_IDS";

        match environment.get(VARIABLE) {
            None | Some("uuid") => Ok(Self::Uuid),
            Some("integer") => Ok(Self::Integer),
            Some(value) => Err(ConfigError::invalid(VARIABLE, value, "uuid or integer", "uuid")),
        }
    }
}

/// What a user is known by: an opaque string that never changes and says nothing about the person.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserId(String);

impl UserId {
    /// A new id. `None` where the system has no randomness to give.
    #[must_use]
    pub fn generate(kind: UserIdKind, now: Timestamp) -> Option<Self> {
        match kind {
            UserIdKind::Uuid => Some(Self(uuid_v7::generate(now).to_string())),
            UserIdKind::Integer => {
                let mut bytes = [0; 8];
                rand::fill(&mut bytes).ok()?;
                Some(Self((u64::from_le_bytes(bytes) % MAX_INTEGER + 1).to_string()))
            }
        }
    }

    /// The id as a number, if it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<u64> {
        let digits = self.0.bytes().all(|byte| byte.is_ascii_digit()) && !self.0.starts_with('0');
        digits.then(|| self.0.parse().ok()).flatten().filter(|number| *number <= MAX_INTEGER)
    }

    /// An id as it came out of the store or out of a verified token.
    #[must_use]
    pub fn from_trusted(id: String) -> Self {
        Self(id)
    }

    /// The id as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A user as the store keeps them, without any secret.
#[derive(Clone, Debug)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The user's name. Accounts made in a dialect that does not ask for one have none.
    pub name: Option<Name>,
    /// The email address as its owner typed it, if the account has one.
    pub email: Option<String>,
    /// Whether a provider said that the user reads mail at this address.
    pub email_verified: bool,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Tokens without a session that were issued at this time or before are over. `None` where the user never ended any.
    pub tokens_valid_after: Option<Timestamp>,
    /// Counts the changes of what the user logs in with. A token without a session is good for one generation only.
    pub generation: u64,
    /// The user's sessions.
    pub sessions: Sessions,
    /// The tokens without a session that were ended one by one.
    pub ended_tokens: EndedTokens,
    /// The identities that the user signs in with.
    pub identities: LinkedIdentities,
    /// Whether the user has no password.
    pub passwordless: bool,
    /// When an operator disabled the user, if they are disabled.
    pub disabled_at: Option<Timestamp>,
    /// What tokens say of the user beside what every token says.
    pub claims: UserClaims,
    /// What the user says of themselves beside name and address.
    pub profile: Profile,
}

impl User {
    /// A user of whom nothing is known but their id and when the account was made.
    #[must_use]
    pub fn new(id: UserId, created_at: Timestamp) -> Self {
        Self {
            id,
            name: None,
            email: None,
            email_verified: false,
            created_at,
            tokens_valid_after: None,
            generation: 0,
            sessions: Sessions::default(),
            ended_tokens: EndedTokens::default(),
            identities: LinkedIdentities::default(),
            passwordless: false,
            disabled_at: None,
            claims: UserClaims::default(),
            profile: Profile::default(),
        }
    }

    /// The email address, if the account has one. An error if the store has something else in its place.
    pub fn address(&self) -> Result<Option<EmailAddress>, StoreError> {
        let parsed = self.email.as_deref().map(EmailAddress::parse).transpose();
        parsed.map_err(|_invalid| StoreError::Corrupt(format!("the email address of user {}", self.id)))
    }
}
