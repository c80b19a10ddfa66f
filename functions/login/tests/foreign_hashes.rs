//! What the hashes of other systems cost the process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Person, Program, RuntimeApi, Tables, http_api_event};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_login"), include_str!("uses.json"));

/// The smallest memory that Lambda gives a function, in KiB.
const MOST_KIB: u64 = 128 * 1024;

/// The hashes that take the most memory: the largest that is verified, and those of Django, PHP, Better Auth and Firebase.
const HUNGRY: [&str; 6] = [
    "$argon2i$v=19$m=262144,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0",
    "$argon2id$v=19$m=102400,t=2,p=8$dVd5eThZbDNJcFFKa1VUWEM2ZEhteg$C+pEaxnGNORtFVpcuzfmn4/dDopJ5ogCWAE1KJSK/yQ",
    "$argon2id$v=19$m=65536,t=4,p=1$VVBkaXNEWS9TT1NZLkUzdQ$4SjIfrGFPq/P9Ojsf8HpP3/xPIy3NEKiJsCtR5Om4Qs",
    "$scrypt$ln=16,r=8,p=1$c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0",
    "$scrypt$ln=14,r=16,p=1$c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0",
    "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=b3V0cHV0b3V0cHV0b3V0cHV0$C0sHCg9ek77hsg==$b3V0cHV0b3V0cHV0b3V0cHV0",
];

#[tokio::test]
async fn their_memory_is_given_back() {
    let (tables, person) = (Tables::start().await, Person::new());
    tables.add_account(&person).await;
    let mut variables = tables.variables(PROGRAM);
    variables.push(("LIMIT_PAIR", "1000/900"));
    let runtime = RuntimeApi::start().await;
    let process = runtime.start_function(PROGRAM, &variables);
    for _ in 0..3 {
        for hash in HUNGRY {
            tables.set_hash(&person, hash).await;
            let answer = runtime.invoke(http_api_event("POST", "/auth/login", &person.login_body())).await;
            assert_eq!(answer["statusCode"], 401, "{answer}");
            let kib = process.memory_kib();
            assert!(kib < MOST_KIB, "{kib} KiB are held after {hash}");
        }
    }
    assert!(process.peak_memory_kib() > MOST_KIB, "the largest hash needs more than is held");
}
