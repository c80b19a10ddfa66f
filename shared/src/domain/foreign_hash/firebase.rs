//! [Firebase's scrypt](https://github.com/firebase/scrypt): the project's signer key, encrypted with what scrypt makes of a
//! password.

use std::fmt;

use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::encoding::{base64, base64_of_either_alphabet, parameters, to_base64};
use super::scrypt::Cost;
use super::{ForeignHash, MIN_OUTPUT, UnreadableHash};
use crate::domain::PasswordHash;

const NAME: &str = "Firebase's scrypt";
/// Why a hash is not one of Firebase.
pub(super) const MALFORMED: UnreadableHash = UnreadableHash::Malformed(NAME);
/// The form that Supabase gave it.
pub(super) const FORM: &str = "fbscrypt";

/// A hash of Firebase.
pub(in crate::domain) struct FirebaseScrypt {
    cost: Cost,
    salt_and_separator: Vec<u8>,
    signer_key: Vec<u8>,
    output: Vec<u8>,
}

impl FirebaseScrypt {
    /// Reads what stands behind `$fbscrypt$`: `v=1,n=14,r=8,p=1,ss=Bw==,sk=…`, the salt and
    /// the output.
    pub(super) fn parse(parts: &[&str]) -> Result<Self, UnreadableHash> {
        let [settings, salt, output] = parts else { return Err(MALFORMED) };
        let [version, log_n, r, p, separator, signer_key] =
            parameters(settings, ["v", "n", "r", "p", "ss", "sk"]).ok_or(MALFORMED)?;
        let cost = Cost::parse(log_n, r, p, NAME)?;
        let bytes = |text| base64(text).ok_or(MALFORMED);
        let (separator, signer_key, output) = (bytes(separator)?, bytes(signer_key)?, bytes(output)?);
        if version != "1" || output.len() < MIN_OUTPUT || output.len() != signer_key.len() {
            return Err(MALFORMED);
        }
        Ok(Self { cost, salt_and_separator: [bytes(salt)?, separator].concat(), signer_key, output })
    }

    pub(super) fn check_strength(&self) -> Result<(), UnreadableHash> {
        self.cost.check_strength()
    }

    /// Whether this is the hash of this password.
    pub(super) fn is_of(&self, password: &str) -> bool {
        let mut key = [0; 32];
        let computed = self.cost.hash(password.as_bytes(), &self.salt_and_separator, &mut key);
        let encrypted = encrypted(&self.signer_key, &key);
        computed && encrypted.is_some_and(|encrypted| verify_slices_are_equal(&encrypted, &self.output).is_ok())
    }
}

/// `AES-256-CTR` with a counter that starts at 0: each key encrypts one text only.
fn encrypted(plain: &[u8], key: &[u8; 32]) -> Option<Vec<u8>> {
    let key = EncryptingKey::ctr(UnboundCipherKey::new(&AES_256, key).ok()?).ok()?;
    let mut text = plain.to_vec();
    key.less_safe_encrypt(&mut text, EncryptionContext::Iv128([0; 16].into())).ok()?;
    Some(text)
}

/// The signer key is a secret of the project, so the debug form does not show it.
impl fmt::Debug for FirebaseScrypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirebaseScrypt").field("cost", &self.cost).finish_non_exhaustive()
    }
}

/// What all hashes of one Firebase project share, as its console shows it under `hash_config`.
pub struct FirebaseHashConfig {
    /// `v=1,…,sk=…` of the stored form.
    settings: String,
}

impl FirebaseHashConfig {
    /// The parameters of `hash_config`; the first two are in base64.
    pub fn new(signer_key: &str, salt_separator: &str, rounds: u32, mem_cost: u32) -> Result<Self, UnreadableHash> {
        let cost = Cost::parse(&mem_cost.to_string(), &rounds.to_string(), "1", NAME)?;
        let bytes = |text| base64_of_either_alphabet(text).ok_or(MALFORMED);
        let (signer_key, separator) = (bytes(signer_key)?, bytes(salt_separator)?);
        if signer_key.len() < MIN_OUTPUT {
            return Err(MALFORMED);
        }
        let (separator, signer_key) = (to_base64(&separator), to_base64(&signer_key));
        Ok(Self { settings: format!("v=1,{cost},ss={separator},sk={signer_key}") })
    }

    /// The stored form of a user's `salt` and `passwordHash`, which are base64 or, from the Admin SDK, base64url.
    pub fn import(&self, salt: &str, hash: &str) -> Result<PasswordHash, UnreadableHash> {
        let [salt, hash] = [salt, hash].map(base64_of_either_alphabet);
        let (salt, hash) = (to_base64(&salt.ok_or(MALFORMED)?), to_base64(&hash.ok_or(MALFORMED)?));
        let stored = format!("${FORM}${}${salt}${hash}", self.settings);
        ForeignHash::parse(&stored)?.check_strength()?;
        Ok(PasswordHash::from_stored(stored))
    }
}

/// The signer key is a secret of the project, so the debug form does not show it.
impl fmt::Debug for FirebaseHashConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FirebaseHashConfig([REDACTED])")
    }
}
