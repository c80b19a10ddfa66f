//! What becomes of a sign-up when DynamoDB fails, within the time that a function has.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Fault, Mailbox, Person, Program, RuntimeApi, Tables, Waiting, body_of, http_api_event, own_stack};
use serde_json::json;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_signup"), include_str!("uses.json"));

#[tokio::test]
async fn a_signup_reported_as_failed_does_not_exist_or_can_log_in() {
    let Some(stack) = own_stack() else { return };
    let tables = Tables::start().await;
    let stack = stack.over(&tables).start().await;
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for fault in Fault::of_a_transaction() {
        let person = Person::new();
        let signup = || http_api_event("POST", "/auth/signup", &person.signup_body());
        proxy.fail("TransactWriteItems", usize::MAX, fault.clone());
        let answer = runtime.invoke_in_time(signup()).await;
        let got = (&answer["statusCode"], &answer["headers"]["retry-after"], &body_of(&answer)["code"]);
        assert_eq!(got, (&json!(503), &json!("1"), &json!("unavailable")), "{fault:?}");
        proxy.heal();
        let written = fault.is_done_all_the_same();
        let _ = stack.api.login(&person).await.expect(if written { 200 } else { 401 });
        let again = runtime.invoke_in_time(signup()).await;
        assert_eq!(again["statusCode"], if written { 409 } else { 201 }, "after {fault:?}");
        let _ = stack.api.login(&person).await.expect(200);
    }
}

#[tokio::test]
async fn a_signup_that_cannot_be_counted_is_503_and_leaves_nothing() {
    let Some(stack) = own_stack() else { return };
    let tables = Tables::start().await;
    let stack = stack.over(&tables).start().await;
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let of_reads = Fault::of_a_read().into_iter().map(|fault| ("GetItem", fault));
    for (operation, fault) in Fault::of_a_write().into_iter().map(|fault| ("UpdateItem", fault)).chain(of_reads) {
        let person = Person::new();
        let signup = || http_api_event("POST", "/auth/signup", &person.signup_body());
        proxy.fail_call((operation, "latchkey-attempts"), usize::MAX, fault.clone());
        let answer = runtime.invoke_in_time(signup()).await;
        assert_eq!(
            (&answer["statusCode"], &body_of(&answer)["code"]),
            (&json!(503), &json!("unavailable")),
            "{fault:?}"
        );
        proxy.heal();
        let _ = stack.api.login(&person).await.expect(401);
        assert_eq!(runtime.invoke_in_time(signup()).await["statusCode"], 201, "after {fault:?}");
    }
}

#[tokio::test]
async fn a_fault_that_passes_is_not_noticed() {
    let tables = Tables::start().await;
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for fault in [
        Fault::Refuse("ThrottlingException"),
        Fault::Refuse("InternalServerError"),
        Fault::Cancel("TransactionConflict"),
        Fault::LoseAnswer,
        Fault::CutAnswer,
        Fault::AnswerLate,
        Fault::AnswerSlowly,
        Fault::NeverAnswer,
        Fault::Close,
    ] {
        proxy.fail("TransactWriteItems", 1, fault.clone());
        let event = http_api_event("POST", "/auth/signup", &Person::new().signup_body());
        assert_eq!(runtime.invoke_in_time(event).await["statusCode"], 201, "{fault:?}");
    }
}

#[tokio::test]
async fn a_function_that_starts_without_dynamodb_recovers_by_itself() {
    let tables = Tables::start().await;
    let (proxy, variables) = tables.behind_proxy(PROGRAM).await;
    proxy.fail("TransactGetItems", usize::MAX, Fault::Close);
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let signup = || http_api_event("POST", "/auth/signup", &Person::new().signup_body());
    assert_eq!(body_of(&runtime.invoke_in_time(signup()).await)["code"], "unavailable");
    proxy.heal();
    assert_eq!(runtime.invoke_in_time(signup()).await["statusCode"], 201);
}

/// Where the response says that nothing is clear, the log-in works if the account was made, and the code if it was not.
#[tokio::test]
async fn a_confirmation_reported_as_failed_left_an_account_or_a_code_that_is_good() {
    let Some(stack) = own_stack() else { return };
    let tables = Tables::start().await;
    let stack = stack.over(&tables).start().await;
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.push(("EMAIL_VERIFICATION", "required".to_owned()));
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for fault in Fault::of_a_transaction() {
        let person = Person::new();
        let begun = runtime.invoke_in_time(http_api_event("POST", "/auth/signup", &person.signup_body())).await;
        let waiting = Waiting { id: body_of(&begun)["signupId"].as_str().unwrap().to_owned() };
        let digits = Mailbox::in_tables(&tables).digits(&waiting.pending()).await;
        let confirm = || http_api_event("POST", "/auth/signup/confirm", &waiting.body(&digits));
        proxy.fail("TransactWriteItems", usize::MAX, fault.clone());
        runtime.expect_unavailable(confirm(), &fault).await;
        proxy.heal();
        let written = fault.is_done_all_the_same();
        let _ = stack.api.login(&person).await.expect(if written { 200 } else { 401 });
        let again = runtime.invoke_in_time(confirm()).await;
        assert_eq!(again["statusCode"], if written { 401 } else { 201 }, "after {fault:?}");
        let _ = stack.api.login(&person).await.expect(200);
    }
}

#[tokio::test]
async fn a_confirmation_whose_lost_response_is_repeated_in_time_is_201() {
    let tables = Tables::start().await;
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.push(("EMAIL_VERIFICATION", "required".to_owned()));
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for fault in [Fault::Cancel("TransactionConflict"), Fault::LoseAnswer, Fault::AnswerLate] {
        proxy.fail("TransactWriteItems", 1, fault.clone());
        let begun = runtime.invoke_in_time(http_api_event("POST", "/auth/signup", &Person::new().signup_body())).await;
        assert_eq!(begun["statusCode"], 202, "{fault:?}");
        let waiting = Waiting { id: body_of(&begun)["signupId"].as_str().unwrap().to_owned() };
        let digits = Mailbox::in_tables(&tables).digits(&waiting.pending()).await;
        proxy.fail("TransactWriteItems", 1, fault.clone());
        let confirm = http_api_event("POST", "/auth/signup/confirm", &waiting.body(&digits));
        assert_eq!(runtime.invoke_in_time(confirm).await["statusCode"], 201, "{fault:?}");
    }
}
