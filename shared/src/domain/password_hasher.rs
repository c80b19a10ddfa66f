//! Making hashes with Argon2id and the parameters of the configuration, and verifying any.

use std::sync::Arc;

use argon2::{Argon2, Params};
use aws_lc_rs::rand;
use thiserror::Error;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

use super::argon2_hash::{Argon2Hash, MALFORMED, context, note_run, stored_form};
use super::foreign_hash::{ForeignHash, Match};
use super::hash_memory::HashMemory;
use super::{PasswordHash, PresentedPassword, UnreadableHash};
use crate::environment::{ConfigError, Environment};

/// OWASP's recommended length of a salt and the length that the PHC string format suggests, in bytes.
const SALT_LENGTH: usize = 16;

/// How much work a hash costs. One lane: a Lambda function has at most a few processors, and lanes would only help
/// an attacker who has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordHasherParams {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
}

impl PasswordHasherParams {
    /// The minimum of the [OWASP Password Storage Cheat Sheet](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id):
    /// 19 MiB and two passes.
    pub const LOWEST: Self = Self { memory_kib: 19 * 1024, passes: 2 };
    /// 1 GiB: more memory than this leaves no function small enough to be worth running.
    pub const MOST_MEMORY_KIB: u32 = 1024 * 1024;
    /// Passes, as many as the template lets anyone choose: at 19 MiB, a tenth of a second and more.
    pub const MOST_PASSES: u32 = 16;
}

/// What a presented password turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The right one, hashed as the configuration asks. Or the right one as far as its foreign hash sees: a new hash would
    /// hold what nobody has proved.
    Right,
    /// The right one, but hashed by another system or with other parameters than the configuration asks: it is time for a
    /// new hash.
    RightButOutdated,
    /// Not the right one.
    Wrong,
}

/// Why no verdict could be reached. None of these says anything about the password.
#[derive(Debug, Error)]
pub enum HashError {
    /// The stored hash has no form that is known, or its parameters are out of range.
    #[error("the stored password hash cannot be verified: {0}")]
    Unreadable(#[from] UnreadableHash),
    /// The hash function itself failed, for example for want of memory.
    #[error("Argon2 failed: {0}")]
    Failed(argon2::password_hash::Error),
    /// The system has no randomness to give.
    #[error("no randomness for a salt")]
    NoRandomness,
    /// The thread that hashed did not come back.
    #[error("the hashing thread ended early: {0}")]
    Lost(#[from] JoinError),
}

/// Hashes and verifies passwords off the async thread, at most one at a time for each processor, so that a burst of
/// requests needs a bounded amount of memory.
#[derive(Clone, Debug)]
pub struct PasswordHasher {
    params: PasswordHasherParams,
    argon2: Argon2<'static>,
    memory: HashMemory,
    slots: Arc<Semaphore>,
}

impl PasswordHasher {
    /// The hasher that the environment asks for: `ARGON2_MEMORY_KIB` and `ARGON2_PASSES`. Both are OWASP's minimum by
    /// default, which is also the floor.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let lowest = PasswordHasherParams::LOWEST;
        let passes = lowest.passes..=PasswordHasherParams::MOST_PASSES;
        let passes = environment.within("ARGON2_PASSES", passes, lowest.passes, "passes", Some)?;
        let bounds = lowest.memory_kib..=PasswordHasherParams::MOST_MEMORY_KIB;
        environment.within("ARGON2_MEMORY_KIB", bounds, lowest.memory_kib, "KiB", |memory_kib| {
            Self::new(PasswordHasherParams { memory_kib, passes })
        })
    }

    /// A hasher with these parameters. `None` where they are under [`PasswordHasherParams::LOWEST`] or out of Argon2's
    /// own range.
    #[must_use]
    pub fn new(params: PasswordHasherParams) -> Option<Self> {
        let PasswordHasherParams { memory_kib, passes } = params;
        let lowest = PasswordHasherParams::LOWEST;
        if memory_kib < lowest.memory_kib || memory_kib > PasswordHasherParams::MOST_MEMORY_KIB {
            return None;
        }
        if passes < lowest.passes || passes > PasswordHasherParams::MOST_PASSES {
            return None;
        }
        let argon2 = context(Params::new(memory_kib, passes, 1, None).ok()?);
        let slots = std::thread::available_parallelism().map_or(1, usize::from);
        let memory = HashMemory::for_hashes_of(&argon2);
        Some(Self { params, argon2, memory, slots: Arc::new(Semaphore::new(slots)) })
    }

    /// Takes the memory that the first hash would otherwise wait for. Where there is none, the first hash says so.
    pub async fn warm_up(&self) {
        let (argon2, memory) = (self.argon2.clone(), self.memory.clone());
        if let Err(error) = spawn_blocking(move || memory.reserve(&argon2)).await {
            tracing::warn!("the thread that takes memory for hashes ended early: {error}");
        }
    }

    /// Hashes a password with the parameters of the configuration: one of a new account, or one that has just turned
    /// out to be right.
    pub async fn hash(&self, password: impl Into<PresentedPassword>) -> Result<PasswordHash, HashError> {
        let (argon2, memory, password) = (self.argon2.clone(), self.memory.clone(), password.into());
        self.on_a_blocking_thread(move || hash(&argon2, &memory, password.as_nfc().as_bytes())).await
    }

    /// A hash to verify a password against where there is no account, so that time does not tell. What Argon2 takes
    /// depends a little on password and salt together, and an account has one salt: so has the stand-in of an email
    /// address, which is drawn from the address's digest. No password is known to open it.
    pub fn stand_in(&self, email_digest: &str) -> Result<PasswordHash, HashError> {
        let mut salt = [0_u8; SALT_LENGTH];
        salt.iter_mut().zip(email_digest.bytes()).for_each(|(byte, drawn)| *byte = drawn);
        stored_form(self.argon2.params(), &salt, &[0; Params::DEFAULT_OUTPUT_LEN]).map_err(HashError::Failed)
    }

    /// Verifies a password against the stored hash of an account.
    pub async fn verify(&self, password: PresentedPassword, stored: PasswordHash) -> Result<Verdict, HashError> {
        let (params, memory) = (self.params, self.memory.clone());
        self.on_a_blocking_thread(move || verify(params, &memory, &password, &stored)).await
    }

    async fn on_a_blocking_thread<T, F>(&self, work: F) -> Result<T, HashError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, HashError> + Send + 'static,
    {
        // The semaphore is never closed, so a missing permit cannot happen; going on without one is then harmless.
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok();
        spawn_blocking(move || {
            let _slot = slot;
            work()
        })
        .await?
    }
}

fn hash(argon2: &Argon2<'_>, memory: &HashMemory, password: &[u8]) -> Result<PasswordHash, HashError> {
    note_run(argon2.params());
    let mut salt = [0_u8; SALT_LENGTH];
    rand::fill(&mut salt).map_err(|_unspecified| HashError::NoRandomness)?;
    let mut output = [0_u8; Params::DEFAULT_OUTPUT_LEN];
    memory.hash(argon2, password, &salt, &mut output).map_err(|error| HashError::Failed(error.into()))?;
    stored_form(argon2.params(), &salt, &output).map_err(HashError::Failed)
}

fn verify(
    params: PasswordHasherParams,
    memory: &HashMemory,
    password: &PresentedPassword,
    stored: &PasswordHash,
) -> Result<Verdict, HashError> {
    if Argon2Hash::is_spelled_like_one(stored.as_str()) {
        return verify_argon2(params, memory, password, &Argon2Hash::parse(stored.as_str())?);
    }
    Ok(match ForeignHash::parse(stored.as_str())?.verify(password) {
        Match::Whole => Verdict::RightButOutdated,
        Match::Beginning => Verdict::Right,
        Match::Wrong => Verdict::Wrong,
    })
}

/// Our hashes are of the NFC form. What was hashed elsewhere is what was typed, and no hash says where it was made.
fn verify_argon2(
    params: PasswordHasherParams,
    memory: &HashMemory,
    password: &PresentedPassword,
    hash: &Argon2Hash,
) -> Result<Verdict, HashError> {
    let is_of = |form: &str| {
        hash.is_of(form.as_bytes(), memory).map_err(|error| match error {
            argon2::Error::OutOfMemory => HashError::Failed(error.into()),
            _ => HashError::Unreadable(MALFORMED),
        })
    };
    if is_of(password.as_nfc())? {
        return Ok(if hash.has_params(params) { Verdict::Right } else { Verdict::RightButOutdated });
    }
    match password.as_typed_if_not_nfc() {
        Some(typed) if is_of(typed)? => Ok(Verdict::RightButOutdated),
        Some(_) | None => Ok(Verdict::Wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{NewPassword, PasswordContext, PasswordPolicy};

    const PASSWORD: &str = "kZ9!vQ4m-Zo\u{eb}";

    fn hasher(memory_kib: u32) -> PasswordHasher {
        PasswordHasher::new(PasswordHasherParams { memory_kib, ..PasswordHasherParams::LOWEST }).unwrap()
    }

    fn new_password() -> NewPassword {
        PasswordPolicy::new(8).unwrap().parse(PASSWORD).unwrap().score(PasswordContext::default()).unwrap()
    }

    fn presented(typed: &str) -> PresentedPassword {
        PresentedPassword::parse(typed).unwrap()
    }

    #[tokio::test]
    async fn a_hash_is_a_phc_string_that_only_its_password_opens() {
        let hasher = hasher(19 * 1024);
        let stored = hasher.hash(new_password()).await.unwrap();
        assert!(stored.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", stored.as_str());
        assert_ne!(stored, hasher.hash(new_password()).await.unwrap());
        let verdict = async |typed| hasher.verify(presented(typed), stored.clone()).await.unwrap();
        assert_eq!(verdict(PASSWORD).await, Verdict::Right);
        assert_eq!(verdict("kZ9!vQ4m-Zoe\u{308}").await, Verdict::Right);
        assert_eq!(verdict("kZ9!vQ4m-Zoe").await, Verdict::Wrong);
        assert_eq!(verdict("").await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_hash_with_other_parameters_is_right_but_outdated() {
        let stored = hasher(20 * 1024).hash(new_password()).await.unwrap();
        let verdict = hasher(19 * 1024).verify(presented(PASSWORD), stored).await.unwrap();
        assert_eq!(verdict, Verdict::RightButOutdated);
    }

    #[tokio::test]
    async fn a_hash_that_cannot_be_read_is_an_error_and_not_a_verdict() {
        for unreadable in
            ["", "plain", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=1,t=0,p=1$c2FsdHNhbHQ$aGFzaA"]
        {
            let stored = PasswordHash::from_stored(unreadable.to_owned());
            let result = hasher(19 * 1024).verify(presented(PASSWORD), stored).await;
            assert!(matches!(result, Err(HashError::Unreadable(_))), "{unreadable}: {result:?}");
        }
    }

    #[tokio::test]
    async fn a_stand_in_is_always_the_same_for_an_address_and_no_password_opens_it() {
        let hasher = hasher(20 * 1024);
        let stand_in = |digest| hasher.stand_in(digest).unwrap();
        let [one, other] = ["a".repeat(43), "b".repeat(43)];
        assert_eq!(stand_in(&one), stand_in(&one));
        assert_ne!(stand_in(&one), stand_in(&other));
        let real = hasher.hash(new_password()).await.unwrap();
        let shape = |hash: &PasswordHash| -> Vec<usize> { hash.as_str().split('$').map(str::len).collect() };
        assert_eq!(shape(&stand_in(&one)), shape(&real));
        assert!(stand_in(&one).as_str().starts_with("$argon2id$v=19$m=20480,t=2,p=1$"));
        for typed in [PASSWORD, ""] {
            assert_eq!(hasher.verify(presented(typed), stand_in(&one)).await.unwrap(), Verdict::Wrong);
        }
    }

    #[test]
    fn the_parameters_have_a_floor() {
        let floor = PasswordHasherParams::LOWEST;
        assert!(PasswordHasher::new(floor).is_some());
        assert!(PasswordHasher::new(PasswordHasherParams { memory_kib: floor.memory_kib - 1, ..floor }).is_none());
        assert!(PasswordHasher::new(PasswordHasherParams { passes: floor.passes - 1, ..floor }).is_none());
        assert!(PasswordHasher::new(PasswordHasherParams { memory_kib: u32::MAX, ..floor }).is_none());
    }
}
