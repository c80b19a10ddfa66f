//! Hashes of Argon2, made here or elsewhere.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash as Phc, Salt};
use argon2::{Algorithm, Argon2, Params, Version};

use super::foreign_hash::UnreadableHash;
use super::hash_memory::HashMemory;
use super::{PasswordHash, PasswordHasherParams};

/// Why a hash is not one of Argon2.
pub(super) const MALFORMED: UnreadableHash = UnreadableHash::Malformed("Argon2");

/// What the hashes of other systems may cost: memory in KiB, memory times passes, and lanes. The most takes a second.
const MOST_FOREIGN_MEMORY_KIB: u32 = 256 * 1024;
const MOST_FOREIGN_WORK_KIB: u64 = 1024 * 1024;
const MOST_FOREIGN_LANES: u32 = 16;
/// The least memory times passes of an imported hash, in KiB. Django filled 512 KiB twice before 3.2, the cheapest default of a
/// system here.
const LEAST_FOREIGN_WORK_KIB: u64 = 1024;

/// A hash of Argon2, read once.
#[derive(Debug)]
pub(super) struct Argon2Hash {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Salt,
    output: Output,
}

impl Argon2Hash {
    /// Whether the stored text starts like a hash of Argon2.
    pub(super) fn is_spelled_like_one(stored: &str) -> bool {
        stored.starts_with("$argon2")
    }

    /// Reads a PHC string. What no configuration here asks for has to stay within the bounds for other systems' hashes.
    pub(super) fn parse(stored: &str) -> Result<Self, UnreadableHash> {
        let phc = Phc::new(stored).map_err(|_any| MALFORMED)?;
        let algorithm = Algorithm::try_from(phc.algorithm.as_str()).map_err(|_other| MALFORMED)?;
        // Without a version it is of the first one, which did not say.
        let version = phc.version.map_or(Ok(Version::V0x10), Version::try_from).map_err(|_unknown| MALFORMED)?;
        let params = Params::try_from(&phc).map_err(|_out_of_range| MALFORMED)?;
        let (Some(salt), Some(output)) = (phc.salt, phc.hash) else { return Err(MALFORMED) };
        let hash = Self { algorithm, version, params, salt, output };
        if !hash.could_be_ours() {
            hash.check_cost()?;
        }
        Ok(hash)
    }

    /// Refuses what another system must not bring: a hash that costs too much to verify, or is too cheap to guess at. If the
    /// latter is stored already, it is verified all the same, and ends at that log-in.
    pub(super) fn check_foreign(&self) -> Result<(), UnreadableHash> {
        self.check_cost()?;
        if self.work_kib() < LEAST_FOREIGN_WORK_KIB {
            return Err(UnreadableHash::TooFast("Argon2 with m·t of less than 1024"));
        }
        Ok(())
    }

    fn work_kib(&self) -> u64 {
        u64::from(self.params.m_cost()) * u64::from(self.params.t_cost())
    }

    /// Whether verifying it costs no more than a hash of another system may.
    fn check_cost(&self) -> Result<(), UnreadableHash> {
        let is_within = self.params.m_cost() <= MOST_FOREIGN_MEMORY_KIB
            && self.work_kib() <= MOST_FOREIGN_WORK_KIB
            && self.params.p_cost() <= MOST_FOREIGN_LANES;
        let bounds = "Argon2 has m of at most 262144, m·t of at most 1048576 and p of at most 16";
        if is_within { Ok(()) } else { Err(UnreadableHash::TooCostly(bounds)) }
    }

    /// Whether a configuration could have asked for it.
    fn could_be_ours(&self) -> bool {
        self.is_our_algorithm()
            && self.params.m_cost() <= PasswordHasherParams::MOST_MEMORY_KIB
            && self.params.t_cost() <= PasswordHasherParams::MOST_PASSES
    }

    fn is_our_algorithm(&self) -> bool {
        (self.algorithm, self.version, self.params.p_cost()) == (Algorithm::Argon2id, Version::V0x13, 1)
    }

    /// Whether it is what this configuration asks for.
    pub(super) fn has_params(&self, params: PasswordHasherParams) -> bool {
        let PasswordHasherParams { memory_kib, passes } = params;
        self.is_our_algorithm() && (self.params.m_cost(), self.params.t_cost()) == (memory_kib, passes)
    }

    /// Whether this is the hash of this password. Outputs are compared in constant time.
    pub(super) fn is_of(&self, password: &[u8], memory: &HashMemory) -> Result<bool, argon2::Error> {
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        note_run(&self.params);
        let mut output = [0_u8; Output::MAX_LENGTH];
        let output = output.get_mut(..self.output.len()).unwrap_or_default();
        memory.hash(&argon2, password, &self.salt, output)?;
        Ok(Output::new(output).is_ok_and(|output| output == self.output))
    }
}

/// Our own algorithm.
pub(super) fn context(params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The stored form of one of our own hashes.
pub(super) fn stored_form(
    params: &Params,
    salt: &[u8],
    output: &[u8],
) -> Result<PasswordHash, argon2::password_hash::Error> {
    let phc = Phc {
        algorithm: argon2::ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params)?,
        salt: Some(Salt::new(salt)?),
        hash: Some(Output::new(output)?),
    };
    Ok(PasswordHash::from_stored(phc.to_string()))
}

/// Leaves a trace of the work, by which it can be seen that attempts cost the same.
pub(super) fn note_run(params: &Params) {
    tracing::debug!("Argon2 runs with m={},t={},p={}", params.m_cost(), params.t_cost(), params.p_cost());
}
