//! A store of keys in memory that keeps count.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretSlice};
use shared::clock::Timestamp;
use shared::domain::{StoreError, User, UserId, UserStore};
use shared::keys::{
    DigestKeyRecord, DigestKeyStore, KeyRepairStore, PublicKeyRecord, PublicKeyStore, RefreshKeyWrite,
    SigningKeyRecord, SigningKeyStore, StoredHalves, StoredVersions,
};
use tokio::task::yield_now;

/// Holds one key set, and every user there could be.
#[derive(Clone, Debug, Default)]
pub(super) struct MemoryStore(Arc<Mutex<Contents>>);

#[derive(Debug, Default)]
struct Contents {
    set: Option<(SigningKeyRecord, PublicKeyRecord)>,
    writes: Vec<SigningKeyRecord>,
    lost_races: usize,
    failing: Option<bool>,
}

impl MemoryStore {
    /// Lets writes fail from now on, `taken` or not.
    pub(super) fn fail_writes(&self, taken: bool) {
        self.contents().failing = Some(taken);
    }

    /// Lets no write fail from now on.
    pub(super) fn heal(&self) {
        self.contents().failing = None;
    }

    /// The version of the set, 0 where there is none.
    pub(super) fn version(&self) -> u64 {
        self.contents().set.as_ref().map_or(0, |(private, _public)| private.version)
    }

    /// How many writes came too late.
    pub(super) fn lost_races(&self) -> usize {
        self.contents().lost_races
    }

    /// The names of the public keys, the next one last.
    pub(super) fn kids(&self) -> Vec<String> {
        let contents = self.contents();
        let Some((_private, public)) = &contents.set else { return Vec::new() };
        let jwks: serde_json::Value = serde_json::from_str(&public.jwks).unwrap();
        jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    /// Every write was one step from the one before, and none touched the digest key.
    pub(super) fn assert_nothing_was_lost(&self) {
        for pair in self.contents().writes.windows(2) {
            let [before, after] = pair else { continue };
            assert_eq!(after.version, before.version + 1);
            assert_eq!(after.digest_key.expose_secret(), before.digest_key.expose_secret(), "the digest key changed");
            assert_eq!(after.current.expose_secret(), before.next.expose_secret(), "a key signs that was not the next");
        }
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap()
    }
}

fn away() -> StoreError {
    StoreError::Unavailable(Box::new(io::Error::other("away on purpose")))
}

#[async_trait]
impl SigningKeyStore for MemoryStore {
    async fn signing_keys(&self) -> Result<Option<SigningKeyRecord>, StoreError> {
        let read = self.contents().set.as_ref().map(|(private, _public)| private.clone());
        // The answer takes its way: whoever asks at the same moment is answered the same.
        yield_now().await;
        Ok(read)
    }

    async fn replace_keys(
        &self,
        stored: StoredVersions,
        private: &SigningKeyRecord,
        public: &PublicKeyRecord,
        _refresh_key: RefreshKeyWrite,
    ) -> Result<bool, StoreError> {
        let mut contents = self.contents();
        if contents.failing == Some(false) {
            return Err(away());
        }
        let versions = contents.set.as_ref().map_or(StoredVersions::NONE, |(private, public)| StoredVersions {
            private: Some(private.version),
            public: Some(public.version),
        });
        if versions != stored {
            contents.lost_races += 1;
            return Ok(false);
        }
        contents.set = Some((private.clone(), public.clone()));
        contents.writes.push(private.clone());
        if contents.failing == Some(true) { Err(away()) } else { Ok(true) }
    }

    async fn add_refresh_key(&self, _refresh_key: &SecretSlice<u8>) -> Result<(), StoreError> {
        Err(away())
    }

    async fn add_digest_keys(&self, _digest_keys: &DigestKeyRecord) -> Result<(), StoreError> {
        Err(away())
    }
}

#[async_trait]
impl DigestKeyStore for MemoryStore {
    async fn digest_keys(&self) -> Result<Option<DigestKeyRecord>, StoreError> {
        Ok(None)
    }
}

#[async_trait]
impl KeyRepairStore for MemoryStore {
    async fn halves(&self) -> Result<StoredHalves, StoreError> {
        Err(away())
    }
}

#[async_trait]
impl PublicKeyStore for MemoryStore {
    async fn public_keys(&self) -> Result<Option<PublicKeyRecord>, StoreError> {
        Ok(self.contents().set.as_ref().map(|(_private, public)| public.clone()))
    }
}

#[async_trait]
impl UserStore for MemoryStore {
    async fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        Ok(Some(User::new(id.clone(), Timestamp::from_millis(0))))
    }
}
