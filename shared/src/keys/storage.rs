//! What the keys need of a store.

use std::fmt::Debug;

use async_trait::async_trait;
use secrecy::SecretSlice;

use crate::clock::Timestamp;
use crate::domain::StoreError;

/// The private set as it is stored. Each key is PKCS#8 DER.
#[derive(Clone, Debug)]
pub struct SigningKeyRecord {
    /// Counts the changes of the set, from 1.
    pub version: u64,
    /// When the set was written: since then `current` has signed, and `next` has been public.
    pub current_since: Timestamp,
    /// The key that signed before, from the first rotation on.
    pub previous: Option<SecretSlice<u8>>,
    /// The key that signs.
    pub current: SecretSlice<u8>,
    /// The key that will sign after the next rotation.
    pub next: SecretSlice<u8>,
    /// The HMAC key for digests, the same for the life of the deployment.
    pub digest_key: SecretSlice<u8>,
    /// The HMAC key of refresh tokens, once one was needed. It is an item of its own: a version before there were refresh
    /// tokens writes the others whole, and would drop it.
    pub refresh_key: Option<SecretSlice<u8>>,
    /// What is stored for functions that do not sign, once a signer has stored it.
    pub digest_keys: Option<DigestKeyRecord>,
}

/// The digest keys as they are stored.
#[derive(Clone, Debug)]
pub struct DigestKeyRecord {
    /// A copy of the private set's HMAC key for digests.
    pub digest_key: SecretSlice<u8>,
    /// The HMAC key for codes.
    pub code_key: SecretSlice<u8>,
}

/// What a function needs that makes digests and does not sign.
#[async_trait]
pub trait DigestKeyStore: Debug + Send + Sync {
    /// The digest keys, or `None` if there are none yet.
    async fn digest_keys(&self) -> Result<Option<DigestKeyRecord>, StoreError>;
}

/// The public set as it is stored.
#[derive(Clone, Debug)]
pub struct PublicKeyRecord {
    /// The version of the private set it belongs to.
    pub version: u64,
    /// A JSON Web Key set (RFC 7517 5).
    pub jwks: String,
}

/// Which version of each half is stored; `None` where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredVersions {
    /// The private half's.
    pub private: Option<u64>,
    /// The public half's.
    pub public: Option<u64>,
}

impl StoredVersions {
    /// No set at all.
    pub const NONE: Self = Self { private: None, public: None };

    /// A whole set of this version.
    #[must_use]
    pub const fn of_set(version: u64) -> Self {
        Self { private: Some(version), public: Some(version) }
    }
}

/// What a signer needs.
#[async_trait]
pub trait SigningKeyStore: DigestKeyStore {
    /// The private set, or `None` where there is none yet. A set of which only one half, private or public, is stored
    /// is an error, and so are two halves of different versions.
    async fn signing_keys(&self) -> Result<Option<SigningKeyRecord>, StoreError>;

    /// Puts both halves in one step in the place of the set that is `stored` and returns `true`; or, where anything
    /// else is stored by now, leaves that alone and returns `false`. The refresh key goes with them if `refresh_key` says
    /// so.
    async fn replace_keys(
        &self,
        stored: StoredVersions,
        private: &SigningKeyRecord,
        public: &PublicKeyRecord,
        refresh_key: RefreshKeyWrite,
    ) -> Result<bool, StoreError>;

    /// Puts this refresh key where there is none.
    async fn add_refresh_key(&self, refresh_key: &SecretSlice<u8>) -> Result<(), StoreError>;

    /// Puts these digest keys where there are none.
    async fn add_digest_keys(&self, digest_keys: &DigestKeyRecord) -> Result<(), StoreError>;
}

/// What a change of the set does to the refresh key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshKeyWrite {
    /// It stays as it is stored.
    Kept,
    /// That of the new set takes its place.
    Renewed,
}

/// What a verifier needs.
#[async_trait]
pub trait PublicKeyStore: Debug + Send + Sync {
    /// The public set, or `None` where there is none yet.
    async fn public_keys(&self) -> Result<Option<PublicKeyRecord>, StoreError>;
}

/// What is left of a set of which a half may be missing.
#[derive(Debug)]
pub struct StoredHalves {
    /// Which halves there are.
    pub versions: StoredVersions,
    /// The digest key, if the private half or the digest keys still hold it.
    pub digest_key: Option<SecretSlice<u8>>,
}

/// What repairing a set needs.
#[async_trait]
pub trait KeyRepairStore: SigningKeyStore {
    /// Whatever is stored.
    async fn halves(&self) -> Result<StoredHalves, StoreError>;
}
