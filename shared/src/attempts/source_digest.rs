//! What a source is counted and known by.

use crate::domain::{Source, SourceDigest};
use crate::keys::DigestKey;

/// The digest of a source under the deployment's digest key.
#[must_use]
pub fn source_digest(digest_key: &DigestKey, source: Source) -> SourceDigest {
    SourceDigest::from_trusted(digest_key.digest(&source.to_string()))
}
