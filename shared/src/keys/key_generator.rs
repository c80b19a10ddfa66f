//! Where new signing keys come from.

use std::fmt;
use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::{KeyError, SigningKey};

/// Makes signing keys: with RSA in production, out of a pool in a test that needs many of them.
#[derive(Clone)]
pub struct KeyGenerator(Arc<dyn Fn() -> Result<SigningKey, KeyError> + Send + Sync>);

impl KeyGenerator {
    /// Makes each key anew.
    #[must_use]
    pub fn rsa() -> Self {
        Self::from_fn(SigningKey::generate)
    }

    /// Makes the keys that `make` returns, each of which has to be another.
    pub fn from_fn(make: impl Fn() -> Result<SigningKey, KeyError> + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    /// A new key, made on a thread for blocking work: the search for two primes takes a while.
    pub(super) async fn key(&self) -> Result<Arc<SigningKey>, KeyError> {
        let make = Arc::clone(&self.0);
        let key = spawn_blocking(move || make()).await.map_err(|_lost| KeyError::Rsa("made"))??;
        Ok(Arc::new(key))
    }
}

impl fmt::Debug for KeyGenerator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyGenerator")
    }
}
