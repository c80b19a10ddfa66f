//! Other systems' own spellings of hashes, and the form in which they are stored here.

use super::encoding::{number, parameters, to_base64};
use super::pbkdf2::Digest;
use super::{FirebaseHashConfig, ForeignHash, UnreadableHash, bcrypt, firebase, scrypt};
use crate::domain::PasswordHash;
use crate::domain::argon2_hash::Argon2Hash;

impl PasswordHash {
    /// A hash as an export of Latchkey has it: any that a log-in verifies.
    pub fn import_from_latchkey(hash: &str) -> Result<Self, UnreadableHash> {
        if Argon2Hash::is_spelled_like_one(hash) {
            Argon2Hash::parse(hash)?;
        } else {
            ForeignHash::parse(hash)?;
        }
        Ok(Self::from_stored(hash.to_owned()))
    }

    /// A hash as it lies in Auth0, Supabase, Laravel and Devise. It is stored as it is, but for Firebase's in the form that Ory
    /// Kratos gave it.
    pub fn import(hash: &str) -> Result<Self, UnreadableHash> {
        if let Some(parts) = hash.strip_prefix("$firescrypt$") {
            return import_firescrypt(parts);
        }
        if Argon2Hash::is_spelled_like_one(hash) {
            Argon2Hash::parse(hash)?.check_foreign()?;
        } else {
            ForeignHash::parse(hash)?.check_strength()?;
        }
        Ok(Self::from_stored(hash.to_owned()))
    }

    /// A hash as it lies in Django's `auth_user.password`.
    pub fn import_from_django(hash: &str) -> Result<Self, UnreadableHash> {
        if hash.starts_with('!') {
            return Err(UnreadableHash::NoPassword);
        }
        let (algorithm, rest) = hash.split_once('$').ok_or_else(|| UnreadableHash::of_unknown_form(hash))?;
        let parts: Vec<&str> = rest.split('$').collect();
        let stored = match (algorithm, parts.as_slice()) {
            ("pbkdf2_sha256", [iterations, salt, output]) => pbkdf2_form(Digest::Sha256, iterations, salt, output),
            ("pbkdf2_sha1", [iterations, salt, output]) => pbkdf2_form(Digest::Sha1, iterations, salt, output),
            ("scrypt", [n, salt, r, p, output]) => {
                let malformed = UnreadableHash::Malformed(scrypt::NAME);
                let n = n.parse().ok().filter(|n: &u64| n.is_power_of_two()).ok_or(malformed)?;
                let salt = to_base64(salt.as_bytes());
                format!("${}$ln={},r={r},p={p}${salt}${output}", scrypt::NAME, n.ilog2())
            }
            ("bcrypt_sha256", _) => format!("${}{rest}", bcrypt::OVER_SHA256),
            ("bcrypt", _) => rest.to_owned(),
            ("argon2", _) => format!("${rest}"),
            _ => return Err(UnreadableHash::of_unknown_form(hash)),
        };
        Self::import(&stored)
    }

    /// A hash as it lies in `account.password` of Better Auth: a salt, whose hexadecimal digits are what was hashed, a colon,
    /// and the output of scrypt.
    pub fn import_from_better_auth(hash: &str) -> Result<Self, UnreadableHash> {
        const MALFORMED: UnreadableHash = UnreadableHash::Malformed("Better Auth");

        let (salt, output) = hash.split_once(':').ok_or_else(|| UnreadableHash::of_unknown_form(hash))?;
        let output = bytes_of_hexadecimal(output).ok_or(MALFORMED)?;
        bytes_of_hexadecimal(salt).ok_or(MALFORMED)?;
        let (salt, output) = (to_base64(salt.as_bytes()), to_base64(&output));
        Self::import(&format!("${}$ln=14,r=16,p=1,form=nfkc${salt}${output}", scrypt::NAME))
    }
}

/// Django hashes the text of a salt.
fn pbkdf2_form(digest: Digest, iterations: &str, salt: &str, output: &str) -> String {
    format!("${}$i={iterations}${}${output}", digest.form(), to_base64(salt.as_bytes()))
}

/// `ln=14,r=8,p=1`, the salt, the output, the salt's separator and the signer key.
fn import_firescrypt(parts: &str) -> Result<PasswordHash, UnreadableHash> {
    let parts: Vec<&str> = parts.split('$').collect();
    let [cost, salt, output, separator, signer_key] = parts.as_slice() else { return Err(firebase::MALFORMED) };
    let [log_n, r, p] = parameters(cost, ["ln", "r", "p"]).ok_or(firebase::MALFORMED)?;
    let [log_n, r, p] = [log_n, r, p].map(number);
    let (Some(mem_cost), Some(rounds), Some(1)) = (log_n, r, p) else { return Err(firebase::MALFORMED) };
    FirebaseHashConfig::new(signer_key, separator, rounds, mem_cost)?.import(salt, output)
}

fn bytes_of_hexadecimal(digits: &str) -> Option<Vec<u8>> {
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = digits.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).ok().filter(|pair| pair.len() == 2));
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}
