//! Hashes that other systems made, as somebody imports them and as they lie in the table.
//! `cargo +nightly fuzz run foreign_hash -- -dict=fuzz/hash.dict`
#![no_main]

use std::sync::LazyLock;

use fuzz::let_panics_unwind;
use libfuzzer_sys::fuzz_target;
use shared::domain::{
    FirebaseHashConfig, HashError, PasswordHash, PasswordHasher, PasswordHasherParams, PresentedPassword, Verdict,
};
use tokio::runtime::{Builder, Runtime};

/// Parameters that ask for more than this take too long for a fuzzer: a second is within the bounds.
const QUICK: [&str; 14] = [
    "$04$", "$05$", "m=8,t=1,p=1", "m=512,t=2,p=2", "ln=1,", "ln=4,", "ln=10,", "n=1,", "n=4,", "n=10,", "i=1$", "i=10$",
    "i=100$", "i=1000$",
];

/// The lines of an input: a hash, a password and, for Firebase, a salt and the parameters.
struct Input<'a> {
    hash: &'a str,
    password: &'a str,
    salt: &'a str,
    rounds: u32,
    mem_cost: u32,
}

impl<'a> Input<'a> {
    fn read(text: &'a str) -> Self {
        let mut lines = text.split('\n');
        let mut line = || lines.next().unwrap_or_default();
        let (hash, password, salt) = (line(), line(), line());
        let mut number = || line().parse().unwrap_or_default();
        Self { hash, password, salt, rounds: number(), mem_cost: number() }
    }
}

static HASHER: LazyLock<(PasswordHasher, Runtime)> = LazyLock::new(|| {
    let hasher = PasswordHasher::new(PasswordHasherParams::LOWEST).expect("a hasher");
    (hasher, Builder::new_current_thread().build().expect("a runtime"))
});

/// The verdict on a hash, if it costs little to reach or cannot be reached.
fn verdict(hash: &str, password: &str) -> Option<Result<Verdict, HashError>> {
    let presented = PresentedPassword::parse(password).ok()?;
    let (hasher, runtime) = &*HASHER;
    let stored = PasswordHash::from_stored(hash.to_owned());
    let is_quick = QUICK.iter().any(|cost| hash.contains(cost)) || PasswordHash::import_from_latchkey(hash).is_err();
    is_quick.then(|| runtime.block_on(hasher.verify(presented, stored)))
}

fuzz_target!(init: let_panics_unwind(), |input: &str| {
    let Input { hash, password, salt, rounds, mem_cost } = Input::read(input);
    let of_firebase = FirebaseHashConfig::new(hash, "Bw==", rounds, mem_cost).and_then(|config| config.import(salt, hash));
    let imported = [
        PasswordHash::import(hash),
        PasswordHash::import_from_django(hash),
        PasswordHash::import_from_better_auth(hash),
        of_firebase,
    ];
    // What is imported can be imported again, as an export does, and is verified.
    for stored in imported.into_iter().flatten() {
        assert_eq!(PasswordHash::import_from_latchkey(stored.as_str()).expect("a stored form"), stored);
        assert!(!matches!(verdict(stored.as_str(), password), Some(Err(_))), "{}", stored.as_str());
    }
    match verdict(hash, password) {
        None | Some(Ok(_) | Err(HashError::Unreadable(_))) => {}
        Some(Err(error)) => panic!("{hash}: {error}"),
    }
});
