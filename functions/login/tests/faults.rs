//! What becomes of a request when DynamoDB fails, within the time that a function has.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Fault, Person, RuntimeApi, Tables, body_of, http_api_event};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_login");
const TABLES: [&str; 3] = ["CREDENTIALS_TABLE", "SIGNING_KEYS_TABLE", "PUBLIC_KEYS_TABLE"];

#[tokio::test]
async fn each_fault_is_503_in_time_and_the_next_request_works() {
    let tables = Tables::start().await;
    let person = Person::new();
    tables.add_credential(&person).await;
    let (proxy, variables) = tables.behind_proxy(&TABLES).await;
    let mut runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let login = || http_api_event("POST", "/auth/login", &person.login_body());
    for fault in Fault::of_a_read() {
        proxy.fail("GetItem", usize::MAX, fault.clone());
        let answer = runtime.invoke_in_time(login()).await;
        let got = (&answer["statusCode"], &answer["headers"]["retry-after"], &body_of(&answer)["code"]);
        assert_eq!(got, (&json!(503), &json!("1"), &json!("unavailable")), "{fault:?}");
        proxy.heal();
        assert_eq!(runtime.invoke_in_time(login()).await["statusCode"], 200, "after {fault:?}");
    }
}

#[tokio::test]
async fn a_hash_that_cannot_be_renewed_does_not_keep_its_owner_out() {
    let tables = Tables::start().await;
    let person = Person::new();
    tables.add_credential(&person).await;
    let (proxy, mut variables) = tables.behind_proxy(&TABLES).await;
    variables.push(("ARGON2_PASSES", "3".to_owned()));
    let mut runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let login = || http_api_event("POST", "/auth/login", &person.login_body());
    for fault in Fault::of_a_read() {
        proxy.fail("UpdateItem", usize::MAX, fault.clone());
        assert_eq!(runtime.invoke_in_time(login()).await["statusCode"], 200, "{fault:?}");
        proxy.heal();
    }
}

#[tokio::test]
async fn a_function_that_starts_without_dynamodb_recovers_by_itself() {
    let tables = Tables::start().await;
    let person = Person::new();
    tables.add_credential(&person).await;
    let (proxy, variables) = tables.behind_proxy(&TABLES).await;
    proxy.fail("TransactGetItems", usize::MAX, Fault::NeverAnswer);
    let mut runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let login = || http_api_event("POST", "/auth/login", &person.login_body());
    let answer = runtime.invoke_in_time(login()).await;
    assert_eq!((&answer["statusCode"], &body_of(&answer)["code"]), (&json!(503), &json!("unavailable")));
    proxy.heal();
    assert_eq!(runtime.invoke_in_time(login()).await["statusCode"], 200);
}
