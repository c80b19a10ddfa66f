//! The signing keys: the private set that signs, the public set that verifies, the keys of functions that do not sign, and
//! how each is held in memory.
//!
//! The set holds a current key, which signs, the next one, which is public before its first use, and from the first
//! rotation on the previous one, which stays public after its last. The first signer to start makes the set, and the
//! first that finds the current key too old shifts it. Whoever changes the set makes its next key in the same step, so
//! that next has been public for exactly as long as current has served.

mod administration;
mod code_key;
mod cool_down;
mod digest_key;
mod digest_key_set;
mod digest_keys;
mod held;
mod hmac_key;
mod key_generator;
mod public_key_set;
mod refresh_key;
mod rotation_period;
mod seal;
mod signing_key;
mod signing_key_set;
mod signing_keys;
mod storage;
mod verification_keys;

pub use administration::{ChangeError, KeyAdministration, KeyChange};
pub use code_key::CodeKey;
pub use digest_key::DigestKey;
pub use digest_key_set::DigestKeySet;
pub use digest_keys::DigestKeys;
pub use key_generator::KeyGenerator;
pub use public_key_set::PublicKeySet;
pub use refresh_key::RefreshKey;
pub use rotation_period::RotationPeriod;
pub use seal::{SealKeys, SealPurpose};
pub use signing_key::{KeyError, SigningKey};
pub use signing_key_set::SigningKeySet;
pub use signing_keys::SigningKeys;
pub use storage::{
    DigestKeyRecord, DigestKeyStore, KeyRepairStore, PublicKeyRecord, PublicKeyStore, RefreshKeyWrite,
    SigningKeyRecord, SigningKeyStore, StoredHalves, StoredVersions,
};
pub use verification_keys::VerificationKeys;

use thiserror::Error;

use crate::domain::StoreError;

/// How old a set in memory may grow before it is read again, in milliseconds.
pub const MAX_AGE_MILLIS: u64 = 5 * 60 * 1000;

/// Why no keys are at hand.
#[derive(Debug, Error)]
pub enum KeysError {
    /// The store gave no answer, or one that makes no set.
    #[error("the signing keys cannot be read")]
    Store(#[from] StoreError),
    /// A key in the store is no key, or none could be made.
    #[error("the signing keys cannot be used")]
    Key(#[from] KeyError),
    /// Somebody else wrote the set, and yet it is not there.
    #[error("the signing keys are gone from the store although somebody has just written them")]
    Gone,
}
