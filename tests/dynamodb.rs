//! What goes to DynamoDB, and what becomes of a request when DynamoDB fails.

use std::time::Duration;

use api_tests::{Fault, Person, own_stack};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

#[tokio::test]
async fn every_read_is_by_key_and_consistent() {
    let Some(stack) = own_stack() else { return };
    let limits = ["LIMIT_PAIR", "LIMIT_ACCOUNT", "LIMIT_ADDRESS", "LIMIT_SIGNUP"];
    let stack = limits.into_iter().fold(stack, |stack, limit| stack.variable(limit, "9/900"));
    let stack = stack.start_behind_proxy(None).await;
    let (person, token) = stack.api.somebody().await;
    let _ = stack.api.login(&person).await.expect(200);
    let _ = stack.from(2).login(&person).await.expect(200);
    let _ = stack.api.me(&token).await.expect(200);
    let _ = stack.api.send(stack.api.get("/.well-known/jwks.json")).await.expect(200);
    let everywhere = stack.api.post("/auth/logout").bearer_auth(&token).json(&json!({"everywhere": true}));
    let _ = stack.api.send(everywhere).await.expect(204);

    let calls = stack.proxy.take_calls();
    assert!(calls.iter().any(|call| call.operation == "GetItem"), "{calls:?}");
    for call in &calls {
        match call.operation.as_str() {
            "GetItem" => assert_eq!(call.body["ConsistentRead"], true, "{call:?}"),
            // A counter comes into being by its first attempt.
            "UpdateItem" if call.body["TableName"] == stack.table("ATTEMPTS_TABLE") => {}
            "UpdateItem" => assert!(call.body["ConditionExpression"].is_string(), "{call:?}"),
            // A transaction reads and writes consistently by itself.
            "TransactGetItems" | "TransactWriteItems" => {}
            other => panic!("{other} is no read or write by key"),
        }
    }
}

#[tokio::test]
async fn a_key_set_is_read_again_when_it_is_five_minutes_old() {
    let Some(stack) = own_stack() else { return };
    let clock = api_tests::TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start_behind_proxy(None).await;
    let (person, token) = stack.api.somebody().await;
    let _ = stack.api.me(&token).await.expect(200);
    let _ = stack.proxy.take_calls();
    clock.advance(Duration::from_millis(5 * 60 * 1000 + 1));
    let _ = stack.api.me(&token).await.expect(200);
    let tables: Vec<_> = stack.proxy.take_calls().into_iter().map(|call| call.body["TableName"].clone()).collect();
    assert_eq!(tables.len(), 2, "{tables:?}");
    assert!(["PUBLIC_KEYS_TABLE", "USERS_TABLE"].iter().all(|table| tables.contains(&stack.table(table).into())));
    let _ = stack.api.login(&person).await.expect(200);
    let mut operations: Vec<_> = stack.proxy.take_calls().into_iter().map(|call| call.operation).collect();
    operations.sort_unstable();
    assert_eq!(operations, ["GetItem", "GetItem", "TransactGetItems"]);
}

#[tokio::test]
async fn a_key_that_is_gone_from_the_set_is_refused_when_the_set_is_read_again() {
    let (Some(ours), Some(theirs)) = (own_stack(), own_stack()) else { return };
    let clock = api_tests::TestClock::standing_still();
    let ours = ours.clock(clock.clock()).start().await;
    let (_person, token) = ours.api.somebody().await;
    let _ = ours.api.me(&token).await.expect(200);

    let theirs = theirs.start().await;
    let their_keys =
        theirs.dynamodb.scan().table_name(theirs.table("PUBLIC_KEYS_TABLE")).send().await.unwrap().items()[0].clone();
    let put = ours.dynamodb.put_item().table_name(ours.table("PUBLIC_KEYS_TABLE")).set_item(Some(their_keys));
    put.send().await.unwrap();
    clock.advance(Duration::from_mins(5));
    let _ = ours.api.me(&token).await.expect(200);
    clock.advance(Duration::from_millis(1));
    let _ = ours.api.me(&token).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn tokens_with_an_unknown_key_cost_one_read_a_minute() {
    let Some(stack) = own_stack() else { return };
    let clock = api_tests::TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start_behind_proxy(None).await;
    let (_person, token) = stack.api.somebody().await;
    let _ = stack.api.me(&token).await.expect(200);
    let header = URL_SAFE_NO_PAD.encode(json!({"alg": "RS256", "typ": "JWT", "kid": "nobody's"}).to_string());
    let (_header, rest) = token.split_once('.').unwrap();
    let forged = format!("{header}.{rest}");
    let _ = stack.proxy.take_calls();
    for (after, reads) in [(0, 1), (59, 0), (1, 1)] {
        clock.advance(Duration::from_secs(after));
        for _ in 0..5 {
            let _ = stack.api.me(&forged).await.expect_problem(401, "invalid_token");
        }
        let calls: Vec<_> = stack.proxy.take_calls().iter().map(|call| stack.name_of(call)).collect();
        assert_eq!(calls, vec!["GetItem PUBLIC_KEYS_TABLE"; reads], "after {after} s");
    }
}

#[tokio::test]
async fn without_dynamodb_every_answer_is_503() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let (person, token) = stack.api.somebody().await;
    let _ = stack.api.me(&token).await.expect(200);
    stack.end_dynamodb();
    let api = &stack.api;
    let _ = api.signup(&Person::new()).await.expect_problem(503, "unavailable");
    let _ = api.login(&person).await.expect_problem(503, "unavailable");
    let answer = api.me(&token).await.expect_problem(503, "unavailable");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(!answer.text.to_lowercase().contains("dynamo"), "the cause belongs into the log: {answer:?}");
    let everywhere = api.post("/auth/logout").bearer_auth(&token).json(&json!({"everywhere": true}));
    let _ = api.send(everywhere).await.expect_problem(503, "unavailable");
    let _ = api.send(api.post("/auth/logout")).await.expect(204);
}

#[tokio::test]
async fn throttling_is_503_and_the_next_request_works() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let (person, token) = stack.api.somebody().await;
    let _ = stack.api.me(&token).await.expect(200);
    for exception in ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"] {
        for operation in ["GetItem", "TransactWriteItems"] {
            stack.proxy.fail(operation, usize::MAX, Fault::Refuse(exception));
        }
        let _ = stack.api.signup(&Person::new()).await.expect_problem(503, "unavailable");
        let _ = stack.api.login(&person).await.expect_problem(503, "unavailable");
        let _ = stack.api.me(&token).await.expect_problem(503, "unavailable");
        stack.proxy.heal();
        let _ = stack.api.signup(&Person::new()).await.expect(201);
        let _ = stack.api.login(&person).await.expect(200);
        let _ = stack.api.me(&token).await.expect(200);
    }
}

#[tokio::test]
async fn a_signup_whose_answer_was_lost_on_the_way_is_201_and_not_409() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let person = Person::new();
    stack.proxy.fail("TransactWriteItems", 1, Fault::LoseAnswer);
    let token = stack.api.signup(&person).await.expect(201).token();
    assert_eq!(stack.api.me(&token).await.expect(200).json()["email"], person.email.as_str());
    assert_eq!(stack.proxy.take_calls().iter().filter(|call| call.operation == "TransactWriteItems").count(), 2);
}

#[tokio::test]
async fn a_signup_that_then_meets_itself_is_201_too() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    stack.proxy.fail("TransactWriteItems", 1, Fault::LoseAnswer);
    stack.proxy.fail("TransactWriteItems", 1, Fault::Cancel("TransactionConflict"));
    let _ = stack.api.signup(&Person::new()).await.expect(201);
}

#[tokio::test]
async fn a_signup_that_lost_every_answer_is_503_and_can_log_in() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let person = Person::new();
    stack.proxy.fail("TransactWriteItems", usize::MAX, Fault::LoseAnswer);
    let _ = stack.api.signup(&person).await.expect_problem(503, "unavailable");
    stack.proxy.heal();
    let _ = stack.api.signup(&person).await.expect_problem(409, "email_taken");
    let _ = stack.api.login(&person).await.expect(200);
}

#[tokio::test]
async fn a_transaction_that_meets_another_is_tried_again() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    stack.proxy.fail("TransactWriteItems", 3, Fault::Cancel("TransactionConflict"));
    let _ = stack.api.signup(&Person::new()).await.expect(201);

    let person = Person::new();
    stack.proxy.fail("TransactWriteItems", usize::MAX, Fault::Cancel("TransactionConflict"));
    let _ = stack.api.signup(&person).await.expect_problem(503, "unavailable");
    stack.proxy.heal();
    let _ = stack.api.login(&person).await.expect_problem(401, "invalid_credentials");
    let _ = stack.api.signup(&person).await.expect(201);
}

#[tokio::test]
async fn a_transaction_cancelled_for_load_is_503_and_never_409() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    for reason in ["ThrottlingError", "ProvisionedThroughputExceeded", "ValidationError"] {
        stack.proxy.fail("TransactWriteItems", usize::MAX, Fault::Cancel(reason));
        let _ = stack.api.signup(&Person::new()).await.expect_problem(503, "unavailable");
        stack.proxy.heal();
    }
}

#[tokio::test]
async fn half_a_key_set_is_503_for_signers() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    for table in ["PUBLIC_KEYS_TABLE", "SIGNING_KEYS_TABLE"] {
        let table = &stack.table(table);
        let key = aws_sdk_dynamodb::types::AttributeValue::S("keys".to_owned());
        let kept = stack.dynamodb.get_item().table_name(table).key("id", key.clone()).send().await.unwrap().item;
        stack.dynamodb.delete_item().table_name(table).key("id", key).send().await.unwrap();
        let other = own_stack().unwrap().beside(&stack).start().await;
        let _ = other.api.login(&person).await.expect_problem(503, "unavailable");
        let _ = other.api.signup(&Person::new()).await.expect_problem(503, "unavailable");
        stack.dynamodb.put_item().table_name(table).set_item(kept).send().await.unwrap();
        let _ = other.api.login(&person).await.expect(200);
    }
}
