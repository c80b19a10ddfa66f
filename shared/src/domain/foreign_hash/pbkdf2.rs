//! PBKDF2 (RFC 8018 5.2).

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{Algorithm, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512, verify};

use super::encoding::{base64, number, parameters};
use super::{MIN_OUTPUT, UnreadableHash};

const NAME: &str = "PBKDF2";
/// The fewest iterations that are imported, the minimum of [RFC 8018
/// 4.2](https://www.rfc-editor.org/rfc/rfc8018#section-4.2). Django began with 10,000.
const LEAST_ITERATIONS: u32 = 1000;
/// The longest output, in bytes. More than the digest's own length is computed for nothing.
const MOST_OUTPUT: usize = 64;

/// The digest under PBKDF2.
#[derive(Clone, Copy, Debug)]
pub(super) enum Digest {
    Sha1,
    Sha256,
    Sha512,
}

impl Digest {
    /// The digest of a form.
    pub(super) fn of_form(form: &str) -> Option<Self> {
        [Self::Sha1, Self::Sha256, Self::Sha512].into_iter().find(|digest| digest.form() == form)
    }

    /// The form of hashes over this digest.
    pub(super) fn form(self) -> &'static str {
        match self {
            Self::Sha1 => "pbkdf2-sha1",
            Self::Sha256 => "pbkdf2-sha256",
            Self::Sha512 => "pbkdf2-sha512",
        }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::Sha1 => PBKDF2_HMAC_SHA1,
            Self::Sha256 => PBKDF2_HMAC_SHA256,
            Self::Sha512 => PBKDF2_HMAC_SHA512,
        }
    }

    /// The most iterations that are verified. They take half a second.
    fn most_iterations(self) -> u32 {
        match self {
            Self::Sha1 | Self::Sha512 => 1_000_000,
            Self::Sha256 => 2_000_000,
        }
    }

    /// The length of the digest in bytes.
    fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => MOST_OUTPUT,
        }
    }
}

/// A hash of PBKDF2.
#[derive(Debug)]
pub(in crate::domain) struct Pbkdf2 {
    digest: Digest,
    iterations: NonZeroU32,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Pbkdf2 {
    /// Reads what stands behind `$pbkdf2-sha256$`: `i=600000`, the salt and the output.
    pub(super) fn parse(digest: Digest, parts: &[&str]) -> Result<Self, UnreadableHash> {
        const MALFORMED: UnreadableHash = UnreadableHash::Malformed(NAME);

        let [iterations, salt, output] = parts else { return Err(MALFORMED) };
        let [iterations] = parameters(iterations, ["i"]).ok_or(MALFORMED)?;
        let iterations = number(iterations).and_then(NonZeroU32::new).ok_or(MALFORMED)?;
        if iterations.get() > digest.most_iterations() {
            return Err(UnreadableHash::TooCostly(
                "PBKDF2 has at most 2,000,000 iterations of SHA-256, or 1,000,000 of SHA-1 or SHA-512",
            ));
        }
        let (salt, output) = (base64(salt).ok_or(MALFORMED)?, base64(output).ok_or(MALFORMED)?);
        if !(MIN_OUTPUT..=digest.length()).contains(&output.len()) {
            return Err(MALFORMED);
        }
        Ok(Self { digest, iterations, salt, output })
    }

    pub(super) fn check_strength(&self) -> Result<(), UnreadableHash> {
        if self.iterations.get() < LEAST_ITERATIONS {
            return Err(UnreadableHash::TooFast("PBKDF2 with fewer than 1,000 iterations"));
        }
        Ok(())
    }

    /// Whether this is the hash of this password.
    pub(super) fn is_of(&self, password: &str) -> bool {
        let Self { digest, iterations, salt, output } = self;
        tracing::debug!("PBKDF2 runs with {digest:?}, i={iterations}");
        verify(digest.algorithm(), *iterations, salt, password.as_bytes(), output).is_ok()
    }
}
