//! What the keys need of a store.

use std::future::Future;

use secrecy::SecretSlice;

use crate::clock::Timestamp;
use crate::domain::StoreError;

/// The private set as it is stored. Each key is PKCS#8 DER.
#[derive(Debug)]
pub struct SigningKeyRecord {
    /// Counts the changes of the set, from 1.
    pub version: u64,
    /// When `current` began to sign.
    pub current_since: Timestamp,
    /// The key that signed before, from the first rotation on.
    pub previous: Option<SecretSlice<u8>>,
    /// The key that signs.
    pub current: SecretSlice<u8>,
    /// The key that will sign after the next rotation.
    pub next: SecretSlice<u8>,
    /// The HMAC key for digests, the same for the life of the deployment.
    pub digest_key: SecretSlice<u8>,
}

/// The public set as it is stored.
#[derive(Clone, Debug)]
pub struct PublicKeyRecord {
    /// The version of the private set it belongs to.
    pub version: u64,
    /// A JSON Web Key set (RFC 7517 5).
    pub jwks: String,
}

/// What a signer needs.
pub trait SigningKeyStore: Send + Sync {
    /// The private set, or `None` where there is none yet. A set of which only one half, private or public, is stored
    /// is an error.
    fn signing_keys(&self) -> impl Future<Output = Result<Option<SigningKeyRecord>, StoreError>> + Send;

    /// Stores both halves of a new set in one step and returns `true`; or, where a set is stored already, leaves it
    /// alone and returns `false`.
    fn create_keys(
        &self,
        private: &SigningKeyRecord,
        public: &PublicKeyRecord,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// What a verifier needs.
pub trait PublicKeyStore: Send + Sync {
    /// The public set, or `None` where there is none yet.
    fn public_keys(&self) -> impl Future<Output = Result<Option<PublicKeyRecord>, StoreError>> + Send;
}
