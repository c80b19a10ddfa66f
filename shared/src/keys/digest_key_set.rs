//! The keys of functions that do not sign.

use super::{CodeKey, DigestKey, DigestKeyRecord};

/// What a function needs to make digests and codes, and that lets it sign nothing. A revocation of the signing keys leaves
/// it as it is.
#[derive(Clone, Debug)]
pub struct DigestKeySet {
    /// The key for digests of personal data. Signers have the same.
    pub digest: DigestKey,
    /// The key for codes.
    pub codes: CodeKey,
}

impl DigestKeySet {
    /// Reads a set as the store keeps it.
    #[must_use]
    pub fn from_record(record: DigestKeyRecord) -> Self {
        Self { digest: DigestKey::from_bytes(record.digest_key), codes: CodeKey::from_bytes(record.code_key) }
    }

    /// The set as the store keeps it.
    #[must_use]
    pub fn to_record(&self) -> DigestKeyRecord {
        DigestKeyRecord { digest_key: self.digest.as_bytes().clone(), code_key: self.codes.as_bytes().clone() }
    }
}
