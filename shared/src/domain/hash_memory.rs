//! The memory that Argon2 works in, kept from one hash to the next.

use std::collections::TryReserveError;
use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Argon2, Block, Error};

/// As many pieces of memory as hashes are ever computed at the same time, each as large as the largest of them.
///
/// The GNU C library up to 2.37 does not reuse aligned memory of this size when a thread has given it back (its bug
/// 14581): with new memory for each hash, a process that needs 19 MiB holds 430 MiB after two dozen hashes.
#[derive(Clone, Debug, Default)]
pub(super) struct HashMemory(Arc<Mutex<Vec<Vec<Block>>>>);

impl HashMemory {
    /// Takes the memory of one hash and touches every page of it: that is when the system gives it.
    pub(super) fn reserve(&self, argon2: &Argon2<'_>) -> Result<(), Error> {
        self.with_blocks(argon2, |_blocks| Ok(()))
    }

    /// Computes the hash of a password into `out`.
    pub(super) fn hash(&self, argon2: &Argon2<'_>, password: &[u8], salt: &[u8], out: &mut [u8]) -> Result<(), Error> {
        self.with_blocks(argon2, |blocks| argon2.hash_password_into_with_memory(password, salt, out, blocks))
    }

    fn with_blocks(
        &self,
        argon2: &Argon2<'_>,
        work: impl FnOnce(&mut [Block]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let mut blocks = large_enough(kept, argon2.params().block_count()).map_err(|_full| Error::OutOfMemory)?;
        let done = work(&mut blocks);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
        done
    }
}

fn large_enough(kept: Vec<Block>, needed: usize) -> Result<Vec<Block>, TryReserveError> {
    if kept.len() >= needed {
        return Ok(kept);
    }
    drop(kept);
    let mut blocks = Vec::new();
    blocks.try_reserve_exact(needed)?;
    blocks.resize(needed, Block::default());
    Ok(blocks)
}
