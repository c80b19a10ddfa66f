//! What no log-in and no sign-up can do without: one hash of a password and one RS256 signature. Says for each time how long
//! that took.

use std::error::Error;

use allocator_api2::vec::Vec;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use floor::SIGNED_BYTES;
use hugealloc::HugeAlloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let params = Params::new(19 * 1024, 2, 1, None)?;
    let mut memory = Vec::new_in(HugeAlloc);
    memory.resize(params.block_count(), Block::default());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let key = KeyPair::generate(KeySize::Rsa2048)?;
    let (mut hash, mut signature) = ([0; 32], vec![0; key.public_modulus_len()]);
    floor::measure_each(async || {
        argon2
            .hash_password_into_with_memory(b"nine-Violet-kettles", &[7; 16], &mut hash, &mut memory[..])
            .map_err(|_refused| Unspecified)?;
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &[1; SIGNED_BYTES], &mut signature)
    })
    .await
}
