//! Bad input by the thousand, and what it costs the process.
#![cfg(target_os = "linux")]

use api_tests::{Program, assert_bears_the_mix};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_account"), include_str!("uses.json"));

#[tokio::test]
async fn thousands_of_bad_requests_are_no_server_error_and_take_a_bounded_amount_of_memory() {
    assert_bears_the_mix(PROGRAM, "POST", "/auth/password/change").await;
}
