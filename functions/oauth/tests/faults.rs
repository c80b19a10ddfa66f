//! What becomes of a sign-in when DynamoDB or the provider fails, within the time that a function has.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by panicking"
)]

mod sign_in;

use std::time::Duration;

use api_tests::{Fault, Program, Reply, RuntimeApi, Tables, http_api_event};
use serde_json::json;
use shared::clock::Stopwatch;

use sign_in::{PAGE, callback, code_of, github, location_of, redemption, start, variables};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_oauth"), include_str!("uses.json"));

/// The longest that a callback may take.
const LONGEST: Duration = Duration::from_secs(12);

fn sent_back(error: &str) -> String {
    format!("{PAGE}?error={error}#")
}

#[tokio::test]
async fn a_callback_that_cannot_be_counted_is_sent_back_in_time_and_reaches_no_provider() {
    let (tables, github) = (Tables::start().await, github().await);
    let (proxy, mut settings) = tables.behind_proxy(PROGRAM).await;
    settings.extend(variables(github.url()));
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &settings);
    let started = runtime.invoke_in_time(start("github")).await;
    for fault in Fault::of_a_write() {
        proxy.fail("UpdateItem", usize::MAX, fault.clone());
        let answer = runtime.invoke_in_time(callback(&started)).await;
        assert_eq!(location_of(&answer), sent_back("unavailable"), "{fault:?}");
        proxy.heal();
        assert!(github.take_calls().is_empty(), "{fault:?}");
    }
    let _ = code_of(&runtime.invoke_in_time(callback(&started)).await);
}

#[tokio::test]
async fn without_keys_the_browser_goes_back_in_time_and_the_next_one_is_served() {
    let (tables, github) = (Tables::start().await, github().await);
    let (proxy, mut settings) = tables.behind_proxy(PROGRAM).await;
    settings.extend(variables(github.url()));
    proxy.fail("TransactGetItems", usize::MAX, Fault::NeverAnswer);
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &settings);
    let began = Stopwatch::start();
    for event in [start("github"), sign_in::get("/auth/oauth/github/callback", &[("state", "a"), ("code", "b")])] {
        assert_eq!(location_of(&runtime.invoke_in_time(event).await), sent_back("unavailable"));
    }
    assert!(began.elapsed() < 2 * LONGEST, "{:?}", began.elapsed());
    proxy.heal();
    let started = runtime.invoke_in_time(start("github")).await;
    let _ = code_of(&runtime.invoke_in_time(callback(&started)).await);
}

#[tokio::test]
async fn keys_that_take_several_slow_calls_do_not_hold_the_browser() {
    let (tables, github) = (Tables::start().await, github().await);
    let (proxy, mut settings) = tables.behind_proxy(PROGRAM).await;
    settings.extend(variables(github.url()));
    proxy.fail("TransactGetItems", usize::MAX, Fault::Close);
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &settings);
    let _started = runtime.invoke_in_time(sign_in::get("/auth/oauth", &[])).await;
    proxy.heal();
    // It takes two more tries to find that there are no keys, which is within 3 s, and as long again to find that none can be
    // written.
    proxy.fail("TransactGetItems", 2, Fault::NeverAnswer);
    proxy.fail("TransactWriteItems", usize::MAX, Fault::NeverAnswer);
    let began = Stopwatch::start();
    assert_eq!(location_of(&runtime.invoke_in_time(start("github")).await), sent_back("unavailable"));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_slow_store_and_a_provider_that_stalls_together_end_within_twelve_seconds() {
    let (tables, github) = (Tables::start().await, github().await);
    let (proxy, mut settings) = tables.behind_proxy(PROGRAM).await;
    settings.extend(variables(github.url()));
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &settings);
    let started = runtime.invoke_in_time(start("github")).await;
    // The last to stall is the first that is asked, since each stays so.
    for (path, reply) in [
        ("/api/v3/user/emails", Reply::Stalled),
        ("/api/v3/user", Reply::Never),
        ("/login/oauth/access_token", Reply::Stalled),
    ] {
        github.reply(path, reply.clone());
        proxy.fail("UpdateItem", 2, Fault::NeverAnswer);
        let began = Stopwatch::start();
        let answer = runtime.invoke_in_time(callback(&started)).await;
        assert_eq!(location_of(&answer), sent_back("provider_unavailable"), "{path}");
        assert!(began.elapsed() < LONGEST, "{path}: {:?}", began.elapsed());
        proxy.heal();
    }
}

#[tokio::test]
async fn a_sign_in_reported_as_failed_can_be_begun_again() {
    let (tables, github) = (Tables::start().await, github().await);
    let (proxy, mut settings) = tables.behind_proxy(PROGRAM).await;
    settings.extend(variables(github.url()));
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &settings);
    for (subject, fault) in (100..).zip(Fault::of_a_transaction()) {
        github.reply("/api/v3/user", Reply::Json(200, json!({"id": subject, "name": "Ada"})));
        github.reply("/api/v3/user/emails", Reply::Json(200, json!([])));
        let log_in = |code: &str| http_api_event("POST", "/auth/oauth/login", &redemption(code));
        let code = sign_in::sign_in(&runtime).await;
        proxy.fail("TransactWriteItems", usize::MAX, fault.clone());
        runtime.expect_unavailable(log_in(&code), &fault).await;
        proxy.heal();
        let answer = runtime.invoke_in_time(log_in(&sign_in::sign_in(&runtime).await)).await;
        let expected = if fault.is_done_all_the_same() { 200 } else { 201 };
        assert_eq!(answer["statusCode"], expected, "after {fault:?}: {answer}");
    }
}
