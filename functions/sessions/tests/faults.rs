//! What becomes of a refresh and of a log-out when DynamoDB fails, within the time that a function has.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use std::sync::Arc;
use std::time::Duration;

use api_tests::{
    Fault, OwnStack, Program, RuntimeApi, Session, Tables, authorized_event, body_of, http_api_event, stack_over,
};
use serde_json::{Value, json};
use shared::clock::{Clock, Stopwatch};
use shared::keys::KeyAdministration;
use shared::store::SigningKeyTables;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_sessions"), include_str!("uses.json"));

fn everywhere(token: &str) -> Value {
    authorized_event(http_api_event("POST", "/auth/logout", &json!({"everywhere": true})), token)
}

/// Whether `/auth/me` still accepts the token.
async fn in_force(stack: &OwnStack, token: &str) -> bool {
    stack.api.me(token).await.status == 200
}

#[tokio::test]
async fn a_user_that_cannot_be_read_is_503_in_time_and_stays_logged_in() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (_person, token) = stack.api.somebody().await;
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for fault in Fault::of_a_read() {
        proxy.fail_call(("GetItem", "latchkey-users"), usize::MAX, fault.clone());
        runtime.expect_unavailable(everywhere(&token), &fault).await;
        proxy.heal();
        assert!(in_force(&stack, &token).await, "after {fault:?}");
    }
    assert_eq!(runtime.invoke_in_time(everywhere(&token)).await["statusCode"], 204);
    assert!(!in_force(&stack, &token).await);
}

#[tokio::test]
async fn tokens_that_cannot_be_ended_are_503_and_end_at_the_next_try() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for fault in Fault::of_a_write() {
        let (person, token) = stack.api.somebody().await;
        proxy.fail("UpdateItem", usize::MAX, fault.clone());
        runtime.expect_unavailable(everywhere(&token), &fault).await;
        proxy.heal();
        assert_eq!(in_force(&stack, &token).await, !fault.is_done_all_the_same(), "after {fault:?}");
        let token = stack.api.login(&person).await.expect(200).token();
        assert_eq!(runtime.invoke_in_time(everywhere(&token)).await["statusCode"], 204, "after {fault:?}");
        assert!(!in_force(&stack, &token).await, "after {fault:?}");
    }
}

#[tokio::test]
async fn a_refresh_that_cannot_be_written_is_503_and_the_same_token_refreshes_at_the_next_try() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let (person, _token) = stack.api.somebody().await;
    for fault in Fault::of_a_write() {
        let session = Session::log_in(&stack.api, &person).await;
        let refresh = || http_api_event("POST", "/auth/refresh", &json!({"refreshToken": session.refresh}));
        proxy.fail("UpdateItem", usize::MAX, fault.clone());
        runtime.expect_unavailable(refresh(), &fault).await;
        proxy.heal();
        let answer = runtime.invoke_in_time(refresh()).await;
        assert_eq!(answer["statusCode"], 200, "after {fault:?}: {answer}");
        let body = body_of(&answer);
        assert!(in_force(&stack, body["authToken"].as_str().unwrap()).await, "after {fault:?}");
        // However often it was written, the next token is one and the same.
        let again = session.refreshed(&stack.api).await;
        assert_eq!(body["refreshToken"], again.refresh, "after {fault:?}");
    }
}

#[tokio::test]
async fn a_logout_that_cannot_be_written_is_503_and_ends_what_it_presents_at_the_next_try() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let (person, _token) = stack.api.somebody().await;
    let logout = |body: &Value| http_api_event("POST", "/auth/logout", body);
    for fault in Fault::of_a_write() {
        let session = Session::log_in(&stack.api, &person).await;
        let other = Session::log_in(&stack.api, &person).await;
        let token = stack.api.login(&person).await.expect(200).token();
        for (access, event) in [
            (&session.access, logout(&json!({"refreshToken": session.refresh}))),
            (&other.access, authorized_event(logout(&json!({})), &other.access)),
            (&token, authorized_event(logout(&json!({})), &token)),
        ] {
            proxy.fail("UpdateItem", usize::MAX, fault.clone());
            runtime.expect_unavailable(event.clone(), &fault).await;
            proxy.heal();
            assert_eq!(in_force(&stack, access).await, !fault.is_done_all_the_same(), "after {fault:?}");
            assert_eq!(runtime.invoke_in_time(event).await["statusCode"], 204, "after {fault:?}");
            assert!(!in_force(&stack, access).await, "after {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_chain_of_slow_calls_is_503_before_lambda_ends_the_function() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let (person, token) = stack.api.somebody().await;
    let session = Session::log_in(&stack.api, &person).await;
    proxy.fail("", usize::MAX, Fault::Close);
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let nothing = http_api_event("POST", "/auth/logout", &json!({}));
    assert_eq!(runtime.invoke_in_time(nothing).await["statusCode"], 204, "it has no keys by now");
    proxy.heal();
    // Each call succeeds within its own 3 s: the keys of both kinds, the end of the session and, in two, that of the token.
    proxy.fail("", usize::MAX, Fault::AnswerTheLastAttempt);
    let logout =
        authorized_event(http_api_event("POST", "/auth/logout", &json!({"refreshToken": session.refresh})), &token);
    let began = Stopwatch::start();
    runtime.expect_unavailable(logout.clone(), &Fault::AnswerTheLastAttempt).await;
    assert!(began.elapsed() < Duration::from_secs(14), "{:?}", began.elapsed());
    proxy.heal();
    assert_eq!(runtime.invoke_in_time(logout).await["statusCode"], 204);
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    assert!(log.contains("the request was not done after 13 s"), "{log}");
}

#[tokio::test]
async fn a_failed_look_for_newer_keys_is_tried_again_at_once() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let (person, _token) = stack.api.somebody().await;
    let session = Session::log_in(&stack.api, &person).await;
    let refresh =
        |session: &Session| http_api_event("POST", "/auth/refresh", &json!({"refreshToken": session.refresh}));
    assert_eq!(runtime.invoke_in_time(refresh(&session)).await["statusCode"], 200);
    let logout = authorized_event(http_api_event("POST", "/auth/logout", &json!({})), &session.access);
    assert_eq!(runtime.invoke_in_time(logout).await["statusCode"], 204);

    let keys = Arc::new(SigningKeyTables::read(tables.environment(), &tables.client()).unwrap());
    let keys = KeyAdministration::new(keys);
    // The next key is public already, so it takes two to have one that the program does not know.
    for _ in 0..2 {
        let _change = keys.revoke(Clock::system().now()).await.unwrap();
    }
    let Some(stack) = stack_over(&tables).await else { return };
    let session = Session::log_in(&stack.api, &person).await;
    for (read, event, status) in [
        (("TransactGetItems", ""), refresh(&session), 200),
        (("GetItem", "latchkey-public-keys"), everywhere(&session.access), 204),
    ] {
        proxy.fail_call(read, usize::MAX, Fault::Close);
        runtime.expect_unavailable(event.clone(), &Fault::Close).await;
        proxy.heal();
        let answer = runtime.invoke_in_time(event).await;
        assert_eq!(answer["statusCode"], status, "{read:?}: {answer}");
    }
}
