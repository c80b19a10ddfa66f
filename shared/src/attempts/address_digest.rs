//! What an address is counted and known by.

use crate::domain::{AddressDigest, SourceAddress};
use crate::keys::DigestKey;

/// The digest of an address under the deployment's digest key.
#[must_use]
pub fn address_digest(digest_key: &DigestKey, address: SourceAddress) -> AddressDigest {
    AddressDigest::from_trusted(digest_key.digest(&address.to_string()))
}
