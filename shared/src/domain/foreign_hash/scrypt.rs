//! scrypt (RFC 7914).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use icu_normalizer::ComposingNormalizerBorrowed;
use scrypt::{Params, scrypt};

use super::encoding::{base64, number, parameters};
use super::{MIN_OUTPUT, PresentedPassword, UnreadableHash};

/// The name of the algorithm, and of the form.
pub(super) const NAME: &str = "scrypt";
/// The most memory, in bytes: 128·N·r. OWASP recommends 128 MiB at most, and a function may hold less.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;
/// The least memory that is imported, in bytes: what Django's Argon2 filled before 3.2, the cheapest default of a system
/// here. scrypt's author recommends 16 MiB for log-ins, and Firebase, Django and Better Auth have no less.
const LEAST_MEMORY: u64 = 1024 * 1024;
/// The most work: N·r·p. It takes half a second.
const MOST_WORK: u64 = 1 << 21;
/// The largest block size and the most lanes. Together they bound the memory beside [`MOST_MEMORY`] to 64 KiB.
const MOST_BLOCKS: u32 = 32;
const MOST_LANES: u32 = 16;
/// The longest output, in bytes.
const MOST_OUTPUT: usize = 64;

/// The parameters of scrypt, within the bounds above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    log_n: u8,
    r: u32,
    p: u32,
}

impl Cost {
    /// The parameters in these texts.
    pub(super) fn parse(log_n: &str, r: &str, p: &str, name: &'static str) -> Result<Self, UnreadableHash> {
        let malformed = UnreadableHash::Malformed(name);
        let [log_n, r, p] = [log_n, r, p].map(|digits| number(digits).filter(|number| *number > 0).ok_or(malformed));
        let (log_n, r, p) = (log_n?, r?, p?);
        let too_costly = UnreadableHash::TooCostly("scrypt has 128·N·r of at most 64 MiB and N·r·p of at most 2^21");
        let n = 1_u64.checked_shl(log_n).ok_or(too_costly)?;
        if r > MOST_BLOCKS || p > MOST_LANES {
            return Err(UnreadableHash::TooCostly("scrypt has r of at most 32 and p of at most 16"));
        }
        let is_within = |factors: [u64; 3], most| {
            factors.into_iter().try_fold(1, u64::checked_mul).is_some_and(|product| product <= most)
        };
        if !is_within([128, n, r.into()], MOST_MEMORY) || !is_within([n, r.into(), p.into()], MOST_WORK) {
            return Err(too_costly);
        }
        Ok(Self { log_n: u8::try_from(log_n).map_err(|_too_large| too_costly)?, r, p })
    }

    pub(super) fn check_strength(self) -> Result<(), UnreadableHash> {
        let memory = (128 * u64::from(self.r)) << self.log_n;
        if memory < LEAST_MEMORY {
            return Err(UnreadableHash::TooFast("scrypt with 128·N·r of less than 1 MiB"));
        }
        Ok(())
    }

    /// Computes the hash of a password into `output`. `false` if the parameters are none of scrypt's.
    pub(super) fn hash(self, password: &[u8], salt: &[u8], output: &mut [u8]) -> bool {
        let Self { log_n, r, p } = self;
        tracing::debug!("scrypt runs with ln={log_n},r={r},p={p}");
        Params::new(log_n, r, p).is_ok_and(|params| scrypt(password, salt, &params, output).is_ok())
    }
}

/// A hash of scrypt.
#[derive(Debug)]
pub(in crate::domain) struct Scrypt {
    cost: Cost,
    /// Whether the password was brought into the form NFKC first.
    of_nfkc: bool,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Scrypt {
    /// Reads what stands behind `$scrypt$`: `ln=14,r=8,p=1`, perhaps with `,form=nfkc`, the salt and the output.
    pub(super) fn parse(parts: &[&str]) -> Result<Self, UnreadableHash> {
        const MALFORMED: UnreadableHash = UnreadableHash::Malformed(NAME);

        let [cost, salt, output] = parts else { return Err(MALFORMED) };
        let (cost, of_nfkc) = cost.strip_suffix(",form=nfkc").map_or((*cost, false), |cost| (cost, true));
        let [log_n, r, p] = parameters(cost, ["ln", "r", "p"]).ok_or(MALFORMED)?;
        let cost = Cost::parse(log_n, r, p, NAME)?;
        let (salt, output) = (base64(salt).ok_or(MALFORMED)?, base64(output).ok_or(MALFORMED)?);
        if !(MIN_OUTPUT..=MOST_OUTPUT).contains(&output.len()) {
            return Err(MALFORMED);
        }
        Ok(Self { cost, of_nfkc, salt, output })
    }

    pub(super) fn check_strength(&self) -> Result<(), UnreadableHash> {
        self.cost.check_strength()
    }

    /// Whether this is the hash of this password.
    pub(super) fn is_of(&self, password: &PresentedPassword) -> bool {
        if self.of_nfkc {
            return self.is_of_bytes(&ComposingNormalizerBorrowed::new_nfkc().normalize(password.as_typed()));
        }
        password.as_typed_and_nfc().any(|form| self.is_of_bytes(form))
    }

    fn is_of_bytes(&self, password: &str) -> bool {
        let mut output = vec![0; self.output.len()];
        let computed = self.cost.hash(password.as_bytes(), &self.salt, &mut output);
        computed && verify_slices_are_equal(&output, &self.output).is_ok()
    }
}

/// As Firebase's form spells it.
impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { log_n, r, p } = self;
        write!(f, "n={log_n},r={r},p={p}")
    }
}
