//! Accounts that come back from a point in time.

use std::collections::HashMap;
use std::time::Duration;

use api_tests::{DynamoDbProxy, Fault, OwnStack, TestClock, own_stack};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use shared::store::TableSpec;
use shared::store::schema::{CREDENTIALS, IDENTITIES, USERS};

use crate::command::{run, run_beside};

/// One millisecond more than the functions may keep the keys.
const KEPT: Duration = Duration::from_millis(5 * 60 * 1000 + 1);

const RESTORE: [&str; 3] = ["users", "restore", "--yes"];

fn restored(stack: &OwnStack, spec: &TableSpec) -> String {
    format!("{}-restored", stack.table(spec.variable))
}

/// Makes an empty table with this key.
async fn make_table(stack: &OwnStack, name: &str, key: &str) {
    let attribute = AttributeDefinition::builder().attribute_name(key).attribute_type(ScalarAttributeType::S);
    let key = KeySchemaElement::builder().attribute_name(key).key_type(KeyType::Hash);
    let create = stack.dynamodb.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    let create = create.attribute_definitions(attribute.build().unwrap()).key_schema(key.build().unwrap());
    create.send().await.unwrap();
}

/// Makes what DynamoDB makes of the tables as they are now, which the embedded one cannot.
async fn restore_tables(stack: &OwnStack) {
    for spec in [&USERS, &CREDENTIALS, &IDENTITIES] {
        let table = restored(stack, spec);
        make_table(stack, &table, spec.key).await;
        for item in stack.items(spec.variable).await {
            stack.dynamodb.put_item().table_name(&table).set_item(Some(item)).send().await.unwrap();
        }
    }
}

#[tokio::test]
async fn restored_accounts_are_back_and_no_token_of_before_is_good() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still_ago(Duration::from_hours(3));
    let stack = stack.clock(clock.clock()).start().await;
    let (lost, token) = stack.api.somebody().await;
    let identity = HashMap::from([
        (IDENTITIES.key.to_owned(), AttributeValue::S("https://github.com#42".to_owned())),
        ("user_id".to_owned(), AttributeValue::S("somebody".to_owned())),
    ]);
    let identities = stack.table(IDENTITIES.variable);
    stack.dynamodb.put_item().table_name(&identities).set_item(Some(identity.clone())).send().await.unwrap();
    restore_tables(&stack).await;
    stack.clear(IDENTITIES.variable).await;

    let (newer, newer_token) = stack.api.somebody().await;
    let everywhere = stack.api.post("/auth/logout").bearer_auth(&token).json(&serde_json::json!({"everywhere": true}));
    let _ = stack.api.send(everywhere).await.expect(204);
    for spec in [&USERS, &CREDENTIALS] {
        for item in stack.items(spec.variable).await {
            if item["email"].as_s().unwrap().eq_ignore_ascii_case(&lost.email) {
                let delete = stack.dynamodb.delete_item().table_name(stack.table(spec.variable));
                delete.key(spec.key, item[spec.key].clone()).send().await.unwrap();
            }
        }
    }
    let _ = stack.api.login(&lost).await.expect_problem(401, "invalid_credentials");

    for time in ["first", "second"] {
        let said = run_beside(&stack, &RESTORE).await.expect_success();
        assert!(said.contains("items: 1.") && said.contains("Revoked keys"), "{time}: {said}");
    }
    assert_eq!(stack.items(IDENTITIES.variable).await, [identity]);

    clock.advance(KEPT);
    for ended in [&token, &newer_token] {
        let _ = stack.api.me(ended).await.expect_problem(401, "invalid_token");
    }
    for person in [&lost, &newer] {
        let new = stack.api.login(person).await.expect(200).token();
        let _ = stack.api.me(&new).await.expect(200);
    }
}

#[tokio::test]
async fn every_item_is_copied_however_often_dynamodb_takes_only_a_part() {
    const COUNT: usize = 300;
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    for keys in ["SIGNING_KEYS_TABLE", "PUBLIC_KEYS_TABLE"] {
        stack.clear(keys).await;
    }
    restore_tables(&stack).await;
    for number in 0..COUNT {
        let text = |text: String| AttributeValue::S(text);
        let item =
            HashMap::from([("id".to_owned(), text(number.to_string())), ("name".to_owned(), text("x".repeat(number)))]);
        let put = stack.dynamodb.put_item().table_name(restored(&stack, &USERS)).set_item(Some(item));
        put.send().await.unwrap();
    }
    let proxy = DynamoDbProxy::start(stack.local_dynamodb()).await;
    proxy.fail("BatchWriteItem", 5, Fault::LeaveUnprocessed);
    proxy.fail("BatchWriteItem", 6, Fault::Refuse("ThrottlingException"));

    let arguments = [RESTORE.as_slice(), &["--dynamodb-url", proxy.dynamodb().url()]].concat();
    let said = run(&arguments, &stack.table_variables(), "").await.expect_success();
    assert!(said.contains("items: 300.") && said.contains("items: 0.") && said.contains("There are no keys"), "{said}");
    let sorted = async |table: String| {
        let scan = stack.dynamodb.scan().table_name(table).into_paginator().items().send();
        let mut items: Vec<_> = scan.collect::<Result<Vec<_>, _>>().await.unwrap();
        items.sort_by_key(|item| item["id"].as_s().unwrap().clone());
        items
    };
    let copied = sorted(stack.table("USERS_TABLE")).await;
    assert_eq!((copied.len(), &copied), (COUNT, &sorted(restored(&stack, &USERS)).await));
}

#[tokio::test]
async fn tokens_that_could_not_be_ended_are_said_to_be_good() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let _ = stack.api.somebody().await;
    restore_tables(&stack).await;
    stack.clear("PUBLIC_KEYS_TABLE").await;
    let outcome = run_beside(&stack, &RESTORE).await;
    assert!(outcome.code == Some(1) && outcome.stderr.contains("no token is ended"), "{outcome:?}");
    assert!(outcome.stderr.contains("`keys repair`"), "{outcome:?}");
}

#[tokio::test]
async fn accounts_of_a_time_without_identities_are_restored_without_them() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (lost, _token) = stack.api.somebody().await;
    restore_tables(&stack).await;
    stack.dynamodb.delete_table().table_name(restored(&stack, &IDENTITIES)).send().await.unwrap();
    stack.clear(USERS.variable).await;
    let said = run_beside(&stack, &[RESTORE.as_slice(), &["--without-identities"]].concat()).await.expect_success();
    assert!(!said.contains(&stack.table(IDENTITIES.variable)), "{said}");
    let _ = stack.api.login(&lost).await.expect(200);
    assert_eq!(stack.items(USERS.variable).await.len(), 1);
}

#[tokio::test]
async fn tables_that_are_not_restored_ones_are_refused_before_anything_is_copied() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (_person, token) = stack.api.somebody().await;
    let missing = run_beside(&stack, &RESTORE).await.expect_refusal();
    assert!(missing.contains(&restored(&stack, &USERS)), "{missing}");

    make_table(&stack, &restored(&stack, &USERS), USERS.key).await;
    let missing = run_beside(&stack, &RESTORE).await.expect_refusal();
    assert!(missing.contains(&restored(&stack, &CREDENTIALS)), "{missing}");

    make_table(&stack, &restored(&stack, &CREDENTIALS), USERS.key).await;
    let other = run_beside(&stack, &RESTORE).await.expect_refusal();
    assert!(other.contains("has another key than \"email\""), "{other}");
    stack.dynamodb.delete_table().table_name(restored(&stack, &CREDENTIALS)).send().await.unwrap();

    make_table(&stack, &restored(&stack, &CREDENTIALS), CREDENTIALS.key).await;
    let missing = run_beside(&stack, &RESTORE).await.expect_refusal();
    assert!(missing.contains(&restored(&stack, &IDENTITIES)) && missing.contains("--without-identities"), "{missing}");

    let suffix = run_beside(&stack, &["users", "restore", "--yes", "--suffix", "-2"]).await.expect_refusal();
    assert!(suffix.contains(&format!("{}-2", stack.table("USERS_TABLE"))), "{suffix}");
    let _ = stack.api.me(&token).await.expect(200);
}

#[tokio::test]
async fn nothing_is_restored_unless_somebody_agrees() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (_person, token) = stack.api.somebody().await;
    restore_tables(&stack).await;
    stack.clear("USERS_TABLE").await;
    let said = run_beside(&stack, &["users", "restore"]).await.expect_refusal();
    assert!(said.contains("--yes"), "{said}");
    let _ = stack.api.me(&token).await.expect(401);
    assert_eq!(stack.items("USERS_TABLE").await.len(), 0);
}
