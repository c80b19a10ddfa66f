//! A user as the old system's file describes them.

use serde_json::{Map, Value};
use shared::clock::Timestamp;
use shared::domain::{PasswordHash, UnreadableHash};

/// What a row says of a user, before anything of it is checked.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) id: Option<String>,
    pub(super) email: Option<String>,
    pub(super) email_verified: bool,
    pub(super) name: Option<String>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) password: Password,
    /// Whether the old system still knows the password, as an export of Latchkey says.
    pub(super) is_legacy: bool,
    pub(super) disabled: Disabled,
    /// What the old system's server says of the user. Nothing that the user could write themselves stands here.
    pub(super) claims: Map<String, Value>,
    /// What the user says of themselves.
    pub(super) profile: Map<String, Value>,
    pub(super) identities: Vec<ForeignIdentity>,
    /// Whether the old system has deleted the user.
    pub(super) is_deleted: bool,
}

/// What a row says of the password.
#[derive(Debug, Default)]
pub(super) enum Password {
    /// Nothing: the hash may be in a column or a file that was not given.
    #[default]
    Unknown,
    /// The user has none.
    None,
    /// Its hash, in the form in which it is stored here, or why that cannot be used.
    Hash(Result<PasswordHash, UnreadableHash>),
}

impl Password {
    /// `is_all_there` says whether a user without a hash has no password.
    pub(super) fn of(hash: Option<Result<PasswordHash, UnreadableHash>>, is_all_there: bool) -> Self {
        match hash {
            Some(hash) => Self::Hash(hash),
            None if is_all_there => Self::None,
            None => Self::Unknown,
        }
    }
}

/// Whether the old system keeps the user out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Disabled {
    #[default]
    No,
    /// It does not say since when.
    Yes,
    Since(Timestamp),
}

impl Disabled {
    pub(super) fn of(flag: bool) -> Self {
        if flag { Self::Yes } else { Self::No }
    }
}

/// What a user signs in with at a provider.
#[derive(Debug)]
pub(super) struct ForeignIdentity {
    /// The old system's name of the provider.
    pub(super) provider: String,
    /// The issuer, if the old system names it.
    pub(super) issuer: Option<String>,
    pub(super) subject: String,
}
