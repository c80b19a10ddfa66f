//! The code that a page redeems: an identity that a provider has proved, sealed.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use shared::clock::Timestamp;
use shared::domain::{EmailAddress, IdentityKey, Name, OneTimeCode, ProvenIdentity, Provider};
use shared::keys::{KeyError, SealKeys, SealPurpose};

use super::pkce::Challenge;

/// What a sign-in at a provider came to. It is worth something only to the page that began it, which holds the verifier of
/// `challenge`, and only once: see [`once`](Self::once).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Who signed in.
    pub identity: ProvenIdentity,
    /// The page's challenge.
    pub challenge: Challenge,
    /// From when on it is not good any more.
    pub expires_at: Timestamp,
}

/// The inside of the seal. Names are short, since the code stands in a URL.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    #[serde(rename = "k")]
    key: String,
    #[serde(rename = "p")]
    provider: String,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(rename = "v")]
    email_verified: bool,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(rename = "t")]
    proven_at: u64,
    #[serde(rename = "c")]
    challenge: String,
    #[serde(rename = "x")]
    expires_at: u64,
}

impl Code {
    /// How long a code is good, from the time at which the identity was proved.
    pub const LASTS: Duration = Duration::from_mins(10);

    /// The code of an identity, for the page that began with this challenge.
    #[must_use]
    pub fn new(identity: ProvenIdentity, challenge: Challenge) -> Self {
        let expires_at = identity.proven_at.after(Self::LASTS);
        Self { identity, challenge, expires_at }
    }

    /// The code as the page gets it.
    pub fn seal(&self, keys: &SealKeys) -> Result<String, KeyError> {
        let Self { identity, challenge, expires_at } = self;
        let sealed = Sealed {
            key: identity.key.as_str().to_owned(),
            provider: identity.provider.as_str().to_owned(),
            email: identity.email.as_ref().map(|email| email.shown().to_owned()),
            email_verified: identity.email_verified,
            name: identity.name.as_ref().map(|name| name.as_str().to_owned()),
            proven_at: identity.proven_at.as_millis(),
            challenge: challenge.as_str().to_owned(),
            expires_at: expires_at.as_millis(),
        };
        let json = serde_json::to_string(&sealed).map_err(|_unwritable| KeyError::Seal)?;
        keys.seal(SealPurpose::Code, &json)
    }

    /// Reads a code. `None` if it is not one of ours, or too old.
    #[must_use]
    pub fn open(text: &str, keys: &SealKeys, now: Timestamp) -> Option<Self> {
        let sealed: Sealed = serde_json::from_str(&keys.open(SealPurpose::Code, text)?).ok()?;
        let identity = ProvenIdentity {
            key: IdentityKey::from_trusted(sealed.key),
            provider: Provider::parse(&sealed.provider)?,
            email: sealed.email.and_then(|email| EmailAddress::parse(&email).ok()),
            email_verified: sealed.email_verified,
            name: sealed.name.map(Name::from_trusted),
            proven_at: Timestamp::from_millis(sealed.proven_at),
        };
        let expires_at = Timestamp::from_millis(sealed.expires_at);
        let challenge = Challenge::parse(&sealed.challenge)?;
        (now < expires_at).then_some(Self { identity, challenge, expires_at })
    }

    /// The code that has this text, as the store knows it: it may be used once.
    #[must_use]
    pub fn once(&self, text: &str) -> OneTimeCode {
        let digest = URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()));
        OneTimeCode { digest, good_until: self.expires_at }
    }
}
