//! The memory that Argon2 works in, kept from one hash to the next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use allocator_api2::collections::TryReserveError;
use argon2::{Argon2, Block, Error};
use hugealloc::HugeAlloc;

/// As many pieces of memory as hashes are ever computed at the same time, each as large as the largest of them.
///
/// The GNU C library up to 2.37 does not reuse aligned memory of this size when a thread has given it back (its bug
/// 14581): with new memory for each hash, a process that needs 19 MiB holds 430 MiB after two dozen hashes.
///
/// Linux is asked for huge pages ([transparent ones](https://docs.kernel.org/admin-guide/mm/transhuge.html)): Argon2
/// reads all over its memory, and with pages of 4 KiB it takes 6% longer and its memory ten milliseconds to get
/// (docs/performance.md). Systems that have none to give hand out small ones.
///
/// What the hash of another system needs beyond `kept` is given back when it is done.
#[derive(Clone, Debug)]
pub(super) struct HashMemory {
    pieces: Arc<Mutex<Vec<Blocks>>>,
    kept: usize,
}

/// The GNU C library maps larger pieces by themselves, and unmaps them when they are given back (`DEFAULT_MMAP_THRESHOLD_MAX`
/// in mallopt(3)). In blocks of 1 KiB.
const ALWAYS_UNMAPPED: usize = 32 * 1024;

type Blocks = allocator_api2::vec::Vec<Block, HugeAlloc>;

impl HashMemory {
    /// Keeps what these hashes need.
    pub(super) fn for_hashes_of(argon2: &Argon2<'_>) -> Self {
        let kept = argon2.params().block_count().max(ALWAYS_UNMAPPED);
        Self { pieces: Arc::default(), kept }
    }

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
        let needed = argon2.params().block_count();
        if needed > self.kept {
            return work(&mut new_blocks(needed).map_err(|_full| Error::OutOfMemory)?);
        }
        let kept = self.pieces().pop();
        let mut blocks = match kept.filter(|blocks| blocks.len() >= needed) {
            Some(large_enough) => large_enough,
            None => new_blocks(needed).map_err(|_full| Error::OutOfMemory)?,
        };
        let done = work(&mut blocks);
        self.pieces().push(blocks);
        done
    }

    fn pieces(&self) -> MutexGuard<'_, Vec<Blocks>> {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn new_blocks(count: usize) -> Result<Blocks, TryReserveError> {
    let mut blocks = Blocks::new_in(HugeAlloc);
    blocks.try_reserve_exact(count)?;
    blocks.resize(count, Block::default());
    Ok(blocks)
}
