//! Bad input by the thousand, and what it costs the process.
#![cfg(target_os = "linux")]

use std::time::Duration;

use api_tests::{Person, Program, RuntimeApi, Tables, assert_bears_the_mix, http_api_event};
use serde_json::json;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_signup"), include_str!("uses.json"));

#[tokio::test]
async fn thousands_of_bad_requests_are_no_server_error_and_take_a_bounded_amount_of_memory() {
    assert_bears_the_mix(PROGRAM, "POST", "/auth/signup").await;
}

/// What no other input takes longer to look at: every sign that may stand for a letter, in the most characters. A hash is
/// part of what is measured.
#[tokio::test]
async fn a_password_that_is_hard_to_estimate_takes_no_more_time_than_a_few_hashes() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &tables.variables(PROGRAM));
    let signs = "4@8({[<3691!|70$5+%2";
    let different: String = signs.chars().chain((0x4e00..).filter_map(char::from_u32)).take(128).collect();
    let words = "trustno1 dragon monkey sunshine princess ".repeat(3);
    let halves = [signs, "abcdefghijklmnopqrstuvwxyzABCD"].concat().repeat(2);
    let many_words = (100..125).map(|word| word.to_string()).collect::<Vec<_>>().join(" ");
    let _started = runtime.invoke(http_api_event("POST", "/auth/signup", &json!({}))).await;
    for password in [signs.repeat(6), different, format!("{signs}{words}").chars().take(128).collect(), halves] {
        let body = json!({"name": many_words, "email": Person::new().email, "password": password});
        let before = function.cpu_time();
        let answer = runtime.invoke(http_api_event("POST", "/auth/signup", &body)).await;
        assert!([201, 422].contains(&answer["statusCode"].as_u64().unwrap_or_default()), "{answer}");
        let took = function.cpu_time().saturating_sub(before);
        assert!(took <= Duration::from_millis(500), "{took:?} for {password}");
    }
}
