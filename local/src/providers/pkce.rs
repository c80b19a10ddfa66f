//! Proof Key for Code Exchange, RFC 7636.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::call::Pairs;

/// What a provider does with PKCE.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pkce {
    pub(super) is_required: bool,
    pub(super) takes_plain: bool,
}

/// What a verifier must match.
#[derive(Clone, Debug)]
pub(super) enum Challenge {
    Plain(String),
    S256(String),
}

impl Challenge {
    /// The challenge of an authorization request, if there is one.
    pub(super) fn of(query: &Pairs, rules: Pkce) -> Result<Option<Self>, &'static str> {
        let Some(challenge) = query.get("code_challenge") else {
            return if rules.is_required { Err("It needs a code_challenge.") } else { Ok(None) };
        };
        match query.get("code_challenge_method") {
            Some("S256") if challenge.len() == 43 && URL_SAFE_NO_PAD.decode(challenge).is_ok() => {
                Ok(Some(Self::S256(challenge.to_owned())))
            }
            Some("S256") => Err("Its code_challenge is no SHA-256 in Base64url, which has 43 characters."),
            Some("plain") | None if rules.takes_plain => Ok(Some(Self::Plain(challenge.to_owned()))),
            _ => Err("Its code_challenge_method must be S256."),
        }
    }

    pub(super) fn is_met_by(&self, verifier: &str) -> bool {
        match self {
            Self::Plain(challenge) => verifier == challenge,
            Self::S256(challenge) => URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())) == *challenge,
        }
    }
}
