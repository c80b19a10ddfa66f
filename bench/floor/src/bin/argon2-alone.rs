//! What Argon2 alone costs: the crate and the features of the functions, and memory like theirs, in huge pages and kept
//! from one hash to the next.
//!
//! `argon2-alone MEMORY_KIB PASSES HASHES` prints the digest of a password, then the nanoseconds that each hash took, one
//! a line. The memory is new at the first of them. bench/argon2/reference.c does the same with the reference
//! implementation.

use std::error::Error;
use std::io::{Write, stdout};
use std::time::Instant;

use allocator_api2::vec::Vec as HugeVec;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use hugealloc::HugeAlloc;

const PASSWORD: &[u8] = b"correct horse battery staple";
const SALT: &[u8] = b"sixteen octets..";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = std::env::args().skip(1).map(|argument| argument.parse()).collect::<Result<Vec<u32>, _>>()?;
    let [memory_kib, passes, hashes] = *arguments else {
        return Err("usage: argon2-alone MEMORY_KIB PASSES HASHES".into());
    };
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(memory_kib, passes, 1, None)?);
    let mut memory = HugeVec::new_in(HugeAlloc);
    let mut digest = [0; Params::DEFAULT_OUTPUT_LEN];
    let nanoseconds = (0..hashes).map(|_| hash(&argon2, &mut memory, &mut digest)).collect::<Result<Vec<u128>, _>>()?;
    let mut output = stdout().lock();
    for byte in digest {
        write!(output, "{byte:02x}")?;
    }
    writeln!(output)?;
    for nanoseconds in nanoseconds {
        writeln!(output, "{nanoseconds}")?;
    }
    Ok(())
}

/// Hashes the password as `shared` does, and says how many nanoseconds that took.
#[allow(clippy::disallowed_methods, reason = "it measures, and no Lambda freezes it")]
fn hash(argon2: &Argon2<'_>, memory: &mut HugeVec<Block, HugeAlloc>, digest: &mut [u8]) -> Result<u128, argon2::Error> {
    let started = Instant::now();
    memory.resize(argon2.params().block_count(), Block::default());
    argon2.hash_password_into_with_memory(PASSWORD, SALT, digest, &mut **memory)?;
    Ok(started.elapsed().as_nanos())
}
