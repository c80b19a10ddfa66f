//! bcrypt.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};

use super::UnreadableHash;
use super::encoding::bcrypt_base64;

/// The name of the algorithm.
pub(super) const NAME: &str = "bcrypt";
/// What its hashes begin with: versions that differ in bugs which their makers have mended.
pub(super) const VERSIONS: [&str; 3] = ["2a", "2b", "2y"];
/// The form of Django's bcrypt over SHA-256.
pub(super) const OVER_SHA256: &str = "bcrypt-sha256";
/// The highest cost that is verified: 14 takes a second.
const MOST_COST: u32 = 14;
/// The lowest there is.
const LEAST_COST: u32 = 4;
/// bcrypt drops the last of its 24 bytes of output.
const OUTPUT: usize = 23;

/// A hash of bcrypt.
#[derive(Debug)]
pub(in crate::domain) struct Bcrypt {
    cost: u32,
    salt: [u8; 16],
    output: [u8; OUTPUT],
}

impl Bcrypt {
    /// How many bytes of a password bcrypt sees.
    pub(super) const SEEN: usize = 72;

    /// Reads what stands behind `$2b$`: the cost, and the salt and the output in one.
    pub(super) fn parse(parts: &[&str]) -> Result<Self, UnreadableHash> {
        const MALFORMED: UnreadableHash = UnreadableHash::Malformed(NAME);

        let [cost, salt_and_output] = parts else { return Err(MALFORMED) };
        let (salt, output) = salt_and_output.split_at_checked(22).ok_or(MALFORMED)?;
        let two_digits = cost.len() == 2 && cost.bytes().all(|byte| byte.is_ascii_digit());
        let cost = two_digits.then(|| cost.parse().ok()).flatten().ok_or(MALFORMED)?;
        match cost {
            LEAST_COST..=MOST_COST => {}
            ..LEAST_COST => return Err(MALFORMED),
            _ => return Err(UnreadableHash::TooCostly("bcrypt has a cost of at most 14")),
        }
        Ok(Self { cost, salt: bcrypt_base64(salt).ok_or(MALFORMED)?, output: bcrypt_base64(output).ok_or(MALFORMED)? })
    }

    /// Whether this is the hash of this password, as far as bcrypt sees it.
    pub(super) fn is_of(&self, password: &str) -> bool {
        // bcrypt ends its key with a NUL and repeats it, so one within a password would open other passwords' hashes.
        if password.contains('\0') {
            return false;
        }
        tracing::debug!("bcrypt runs with cost={}", self.cost);
        let mut key: Vec<u8> = password.bytes().chain([0]).collect();
        key.truncate(Self::SEEN);
        let output = bcrypt::bcrypt(self.cost, self.salt, &key);
        let seen = output.get(..OUTPUT).unwrap_or_default();
        verify_slices_are_equal(seen, &self.output).is_ok()
    }

    /// Whether this is the hash of the SHA-256 digest of this password, in hexadecimal digits.
    pub(super) fn is_of_sha256(&self, password: &str) -> bool {
        let hexadecimal = digest(&SHA256, password.as_bytes())
            .as_ref()
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        self.is_of(&hexadecimal)
    }
}
