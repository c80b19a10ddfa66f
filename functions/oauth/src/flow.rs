//! A sign-in that is under way at a provider: what the browser keeps meanwhile, sealed, in a cookie.

use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde::{Deserialize, Serialize};
use shared::clock::Timestamp;
use shared::domain::Provider;
use shared::http::Cookie;
use shared::keys::{KeyError, SealKeys, SealPurpose};

use super::pkce::{Challenge, random_text};

/// What has to be the same at the start of a sign-in and at its return from the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flow {
    /// Where it is.
    pub(crate) provider: Provider,
    /// What the provider sends back.
    pub(crate) state: String,
    /// What the provider's code is bound to.
    pub(crate) verifier: String,
    /// What an ID token is bound to.
    pub(crate) nonce: String,
    /// The page's challenge, which our code is bound to.
    pub(crate) challenge: Challenge,
    /// The page.
    pub(crate) return_to: String,
    /// From when on it is too old.
    pub(crate) expires_at: Timestamp,
}

/// The inside of the seal.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    provider: String,
    state: String,
    verifier: String,
    nonce: String,
    challenge: String,
    return_to: String,
    expires_at: u64,
}

impl Flow {
    /// How long a person may take at the provider.
    const LASTS: Duration = Duration::from_mins(10);

    /// A flow that begins now. `None` if the system has no randomness to give.
    pub(crate) fn begin(provider: Provider, challenge: Challenge, return_to: &str, now: Timestamp) -> Option<Self> {
        Some(Self {
            provider,
            state: random_text()?,
            verifier: random_text()?,
            nonce: random_text()?,
            challenge,
            return_to: return_to.to_owned(),
            expires_at: now.after(Self::LASTS),
        })
    }

    /// Whether the provider sent this back, in constant time.
    pub(crate) fn has_state(&self, state: &str) -> bool {
        verify_slices_are_equal(self.state.as_bytes(), state.as_bytes()).is_ok()
    }

    /// The cookie that keeps it.
    pub(crate) fn cookie(&self, keys: &SealKeys) -> Result<Cookie, KeyError> {
        let sealed = Sealed {
            provider: self.provider.as_str().to_owned(),
            state: self.state.clone(),
            verifier: self.verifier.clone(),
            nonce: self.nonce.clone(),
            challenge: self.challenge.as_str().to_owned(),
            return_to: self.return_to.clone(),
            expires_at: self.expires_at.as_millis(),
        };
        let json = serde_json::to_string(&sealed).map_err(|_unwritable| KeyError::Seal)?;
        let value = keys.seal(SealPurpose::Flow, &json)?;
        Ok(Cookie::set(cookie_name(self.provider), value.into(), Self::LASTS.as_secs()).always_lax())
    }

    /// Reads the value of a cookie. `None` if it is not one of ours, or of another provider, or too old.
    pub(crate) fn open(provider: Provider, text: &str, keys: &SealKeys, now: Timestamp) -> Option<Self> {
        let sealed: Sealed = serde_json::from_str(&keys.open(SealPurpose::Flow, text)?).ok()?;
        let flow = Self {
            provider: Provider::parse(&sealed.provider)?,
            state: sealed.state,
            verifier: sealed.verifier,
            nonce: sealed.nonce,
            challenge: Challenge::parse(&sealed.challenge)?,
            return_to: sealed.return_to,
            expires_at: Timestamp::from_millis(sealed.expires_at),
        };
        (flow.provider == provider && now < flow.expires_at).then_some(flow)
    }
}

/// The name, without the prefix, of the cookie that keeps a flow at this provider. There is one for each provider, so that a
/// page which starts many flows cannot fill a browser's headers.
pub(crate) const fn cookie_name(provider: Provider) -> &'static str {
    match provider {
        Provider::Google => "oauth-google",
        Provider::Github => "oauth-github",
        Provider::Facebook => "oauth-facebook",
        Provider::X => "oauth-x",
        Provider::Oidc => "oauth-oidc",
    }
}
