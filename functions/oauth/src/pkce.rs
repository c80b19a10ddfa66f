//! Proof keys (RFC 7636): who begins a sign-in can show at its end that it was they.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 32 random bytes as base64url, 43 characters: a verifier, a state or a nonce. `None` if the system has no randomness to
/// give.
pub(crate) fn random_text() -> Option<String> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// A challenge of method S256: the SHA-256 of a verifier, as base64url without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// Reads a challenge: 43 characters of base64url.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digest = URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == SHA256.output_len());
        is_digest.then(|| Self(text.to_owned()))
    }

    /// The challenge of a verifier.
    #[must_use]
    pub fn of(verifier: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())))
    }

    /// Whether this is the challenge of a verifier, in constant time.
    #[must_use]
    pub fn is_of(&self, verifier: &str) -> bool {
        verify_slices_are_equal(Self::of(verifier).0.as_bytes(), self.0.as_bytes()).is_ok()
    }

    /// The challenge as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Challenge;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn a_challenge_is_of_its_verifier_alone() {
        let challenge = Challenge::parse(CHALLENGE).unwrap();
        assert_eq!(challenge, Challenge::of(VERIFIER));
        assert!(challenge.is_of(VERIFIER));
        for other in ["", CHALLENGE, &VERIFIER.replacen('d', "", 1), &format!("{VERIFIER} ")] {
            assert!(!challenge.is_of(other), "{other}");
        }
    }

    #[test]
    fn a_challenge_is_43_characters_of_base64url() {
        for wrong in [
            "",
            &CHALLENGE.replacen('E', "", 1),
            &format!("{CHALLENGE}A"),
            &format!("{CHALLENGE}="),
            &CHALLENGE.replace('-', "+"),
        ] {
            assert_eq!(Challenge::parse(wrong), None, "{wrong}");
        }
    }
}
