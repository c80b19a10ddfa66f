//! What becomes of a change when DynamoDB fails, within the time that a function has.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{
    Fault, Person, Program, RuntimeApi, Session, Tables, authorized_event, body_of, http_api_event, stack_over,
};
use serde_json::{Value, json};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_account"), include_str!("uses.json"));

fn change(old: &Person, new: &Person, token: &str) -> Value {
    let body = json!({"password": old.password, "newPassword": new.password});
    authorized_event(http_api_event("POST", "/auth/password/change", &body), token)
}

fn delete(person: &Person, token: &str) -> Value {
    let body = json!({"password": person.password});
    authorized_event(http_api_event("POST", "/auth/account/delete", &body), token)
}

fn with_new_password(person: &Person) -> Person {
    Person { password: Person::new().password, ..person.clone() }
}

#[tokio::test]
async fn what_cannot_be_read_or_counted_is_503_in_time_and_nothing_changes() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (person, token) = stack.api.somebody().await;
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.extend(["LIMIT_PAIR", "LIMIT_ACCOUNT", "LIMIT_ADDRESS"].map(|limit| (limit, "1000/86400".to_owned())));
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for (call, faults) in [
        (("GetItem", "latchkey-users"), Fault::of_a_read()),
        (("GetItem", "latchkey-credentials"), Fault::of_a_read()),
        (("UpdateItem", "pair#"), Fault::of_a_write()),
    ] {
        for fault in faults {
            proxy.fail_call(call, usize::MAX, fault.clone());
            runtime.expect_unavailable(change(&person, &with_new_password(&person), &token), &fault).await;
            runtime.expect_unavailable(delete(&person, &token), &fault).await;
            proxy.heal();
        }
    }
    assert_eq!(stack.api.login(&person).await.status, 200);
    assert_eq!(stack.api.me(&token).await.status, 200);
}

/// Who does not learn that the password has changed logs in with the new one.
#[tokio::test]
async fn a_change_that_cannot_be_written_is_503_and_one_of_the_two_passwords_logs_in() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for fault in Fault::of_a_transaction() {
        let (old, _token) = stack.api.somebody().await;
        let new = with_new_password(&old);
        let session = Session::log_in(&stack.api, &old).await;
        proxy.fail("TransactWriteItems", usize::MAX, fault.clone());
        runtime.expect_unavailable(change(&old, &new, &session.access), &fault).await;
        proxy.heal();
        let repeated = runtime.invoke_in_time(change(&old, &new, &session.access)).await;
        if fault.is_done_all_the_same() {
            assert_eq!(body_of(&repeated)["code"], "invalid_credentials", "after {fault:?}");
        } else {
            assert_eq!(repeated["statusCode"], 204, "after {fault:?}: {repeated}");
        }
        assert_eq!(stack.api.login(&new).await.status, 200, "after {fault:?}");
        assert_eq!(stack.api.login(&old).await.status, 401, "after {fault:?}");
        let _ = session.refreshed(&stack.api).await;
    }
}

#[tokio::test]
async fn a_deletion_that_cannot_be_written_is_503_and_done_at_the_next_try() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for fault in Fault::of_a_transaction() {
        let (person, token) = stack.api.somebody().await;
        proxy.fail("TransactWriteItems", usize::MAX, fault.clone());
        runtime.expect_unavailable(delete(&person, &token), &fault).await;
        proxy.heal();
        let repeated = runtime.invoke_in_time(delete(&person, &token)).await;
        let (status, code) = (repeated["statusCode"].clone(), body_of_failure(&repeated));
        let expected =
            if fault.is_done_all_the_same() { (json!(401), json!("invalid_token")) } else { (json!(204), Value::Null) };
        assert_eq!((status, code), expected, "after {fault:?}");
        assert_eq!(stack.api.me(&token).await.status, 401);
    }
}

fn body_of_failure(answer: &Value) -> Value {
    if answer["statusCode"] == 204 { Value::Null } else { body_of(answer)["code"].clone() }
}

/// The SDK sends again what got no response: it must not fail because of what it has itself written.
#[tokio::test]
async fn one_lost_response_is_no_failure() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let (old, token) = stack.api.somebody().await;
    let new = with_new_password(&old);
    proxy.fail("TransactWriteItems", 1, Fault::LoseAnswer);
    assert_eq!(runtime.invoke_in_time(change(&old, &new, &token)).await["statusCode"], 204);
    let token = stack.api.login(&new).await.expect(200).token();
    proxy.fail("TransactWriteItems", 1, Fault::LoseAnswer);
    assert_eq!(runtime.invoke_in_time(delete(&new, &token)).await["statusCode"], 204);
}

#[tokio::test]
async fn a_name_that_cannot_be_written_is_503_and_changes_at_the_next_try() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let (_person, token) = stack.api.somebody().await;
    for (number, fault) in Fault::of_a_write().into_iter().enumerate() {
        let name = format!("Ada {number}");
        let rename = || authorized_event(http_api_event("PATCH", "/auth/me", &json!({"name": name})), &token);
        proxy.fail("UpdateItem", usize::MAX, fault.clone());
        runtime.expect_unavailable(rename(), &fault).await;
        proxy.heal();
        assert_eq!(body_of(&runtime.invoke_in_time(rename()).await)["name"], name.as_str(), "after {fault:?}");
    }
}
