//! Seals: what a browser carries for this service, and can neither read nor change.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret as _;

use super::{KeyError, SigningKey, SigningKeySet};

/// Keeps this key apart from whatever else may be derived from a signing key.
const INFO: &[u8] = b"latchkey oauth seal v1";
/// No seal of ours is longer: a browser keeps 4096 bytes of a cookie (RFC 6265 6.1).
const MAX_CHARS: usize = 4096;

/// What a seal is for. One purpose's seal does not open as another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealPurpose {
    /// A sign-in that is under way at a provider: the cookie.
    Flow,
    /// A sign-in that the provider has proved: the code.
    Code,
}

impl SealPurpose {
    /// The associated data of the encryption.
    const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Flow => b"oauth flow",
            Self::Code => b"oauth code",
        }
    }
}

/// The keys of seals. Each is derived from a signing key by HKDF-SHA256 (RFC 5869), so a seal lasts no longer than a token
/// of that key does: it rotates with the signing keys and ends when they are revoked.
///
/// The algorithm is AES-256-GCM-SIV (RFC 8452). Under plain GCM a random nonce would bound a key at 2^32 seals.
pub struct SealKeys {
    current: RandomizedNonceKey,
    others: Vec<RandomizedNonceKey>,
}

impl SealKeys {
    /// The keys of this set.
    pub fn of_set(set: &SigningKeySet) -> Result<Self, KeyError> {
        let others = set.previous().into_iter().chain([set.next()]).map(derive).collect::<Result<_, _>>()?;
        Ok(Self { current: derive(set.current())?, others })
    }

    /// Seals a text with the current key: base64url of the nonce, the encrypted text and the tag.
    pub fn seal(&self, purpose: SealPurpose, text: &str) -> Result<String, KeyError> {
        let mut encrypted = text.as_bytes().to_vec();
        let nonce = self.current.seal_in_place_append_tag(Aad::from(purpose.as_bytes()), &mut encrypted);
        let nonce = nonce.map_err(|_unspecified| KeyError::Seal)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.extend(encrypted);
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The text in a seal. `None` if none of these keys made it for this purpose. The previous key and the next one are tried
    /// too, since functions hold sets of different ages for some minutes.
    #[must_use]
    pub fn open(&self, purpose: SealPurpose, seal: &str) -> Option<String> {
        let sealed = (seal.len() <= MAX_CHARS).then(|| URL_SAFE_NO_PAD.decode(seal).ok()).flatten()?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        [&self.current].into_iter().chain(&self.others).find_map(|key| {
            let mut opened = sealed.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let text = key.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut opened).ok()?;
            String::from_utf8(text.to_vec()).ok()
        })
    }
}

impl fmt::Debug for SealKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKeys([REDACTED])")
    }
}

fn derive(key: &SigningKey) -> Result<RandomizedNonceKey, KeyError> {
    let mut derived = [0; 32];
    let extracted = Salt::new(HKDF_SHA256, &[]).extract(key.pkcs8().expose_secret());
    let filled = extracted.expand(&[INFO], HKDF_SHA256).and_then(|expanded| expanded.fill(&mut derived));
    filled.and_then(|()| RandomizedNonceKey::new(&AES_256_GCM_SIV, &derived)).map_err(|_unspecified| KeyError::Seal)
}
