//! An account as a line of an export, which an import reads again.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared::admin::Account;
use shared::clock::Timestamp;
use shared::domain::{Credential, LinkedIdentity, PasswordHash};

use super::shown;

/// An account in JSON. Times are in milliseconds since 1970. What an account does not have is left out.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct AccountLine {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    pub(super) email_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<u64>,
    /// A string of the PHC's or of crypt's form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) password_hash: Option<String>,
    /// Whether the old system still knows the password.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) legacy: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) disabled_at: Option<u64>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) claims: Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) profile: Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) identities: Vec<IdentityLine>,
}

/// What a user signs in with at a provider.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct IdentityLine {
    pub(super) provider: String,
    pub(super) issuer: String,
    pub(super) subject: String,
}

impl AccountLine {
    /// The line of an account. Without `with_hash` it says nothing of a password.
    pub(super) fn of(account: &Account, with_hash: bool) -> Self {
        let Account { user, credential } = account;
        let hash = credential.as_ref().and_then(|credential| credential.password_hash.as_ref());
        Self {
            id: user.id.as_str().to_owned(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            name: user.name.as_ref().map(|name| name.as_str().to_owned()),
            created_at: Some(user.created_at.as_millis()),
            password_hash: hash.filter(|_hash| with_hash).map(PasswordHash::as_str).map(str::to_owned),
            legacy: credential.as_ref().is_some_and(Credential::is_legacy),
            disabled_at: user.disabled_at.map(Timestamp::as_millis),
            claims: shown::claims(user),
            profile: user.profile.to_map(),
            identities: user.identities.iter().map(IdentityLine::of).collect(),
        }
    }
}

impl IdentityLine {
    fn of(identity: &LinkedIdentity) -> Self {
        let key = identity.key();
        let (issuer, subject) = key.parts();
        Self { provider: identity.provider().to_owned(), issuer: issuer.to_owned(), subject: subject.to_owned() }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_false(flag: &bool) -> bool {
    !flag
}
