//! What a failed first deploy leaves.

use std::collections::HashMap;

use api_tests::{OwnStack, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;
use shared::store::schema::TABLES;

use crate::command::{run, run_beside};

const REMOVE_EMPTY: [&str; 3] = ["tables", "remove-empty", "--yes"];

/// The tables of a deployment of which no function has run yet.
async fn unused_tables() -> Option<OwnStack> {
    let stack = own_stack()?.start().await;
    for keys in ["SIGNING_KEYS_TABLE", "PUBLIC_KEYS_TABLE", "DIGEST_KEYS_TABLE"] {
        stack.clear(keys).await;
    }
    Some(stack)
}

/// Protects the tables that template.yaml protects.
async fn protect(stack: &OwnStack) {
    for variable in ["USERS_TABLE", "CREDENTIALS_TABLE"] {
        let update = stack.dynamodb.update_table().table_name(stack.table(variable));
        update.deletion_protection_enabled(true).send().await.unwrap();
    }
}

/// Of the stack's tables those that exist, and whether they are protected.
async fn tables_of(stack: &OwnStack) -> Vec<(String, bool)> {
    let mut there = Vec::new();
    for spec in TABLES {
        let name = stack.table(spec.variable);
        if let Ok(described) = stack.dynamodb.describe_table().table_name(&name).send().await {
            there.push((name, described.table.unwrap().deletion_protection_enabled == Some(true)));
        }
    }
    there
}

#[tokio::test]
async fn empty_tables_are_deleted_although_they_are_protected() {
    let Some(stack) = unused_tables().await else { return };
    protect(&stack).await;
    let gone_already = stack.table("ATTEMPTS_TABLE");
    stack.dynamodb.delete_table().table_name(&gone_already).send().await.unwrap();

    let said = run_beside(&stack, &REMOVE_EMPTY).await.expect_success();
    for spec in TABLES.into_iter().filter(|spec| spec.variable != "ATTEMPTS_TABLE") {
        assert!(said.contains(&format!("Deleted {}.\n", stack.table(spec.variable))), "{said}");
    }
    assert!(!said.contains(&format!("Deleted {gone_already}.")) && said.contains("deploy again"), "{said}");
    assert_eq!(tables_of(&stack).await, []);

    let said = run_beside(&stack, &REMOVE_EMPTY).await.expect_success();
    assert!(said.contains("nothing to delete"), "{said}");
}

#[tokio::test]
async fn no_table_is_deleted_if_one_holds_an_item() {
    let Some(stack) = unused_tables().await else { return };
    protect(&stack).await;
    let before = tables_of(&stack).await;
    for spec in TABLES {
        let (table, key) = (stack.table(spec.variable), AttributeValue::S("x".to_owned()));
        let put = stack.dynamodb.put_item().table_name(&table);
        put.set_item(Some(HashMap::from([(spec.key.to_owned(), key)]))).send().await.unwrap();

        let said = run_beside(&stack, &REMOVE_EMPTY).await.expect_refusal();
        assert!(said.contains("not empty") && said.contains(&table), "{said}");
        assert_eq!(tables_of(&stack).await, before);
        stack.clear(spec.variable).await;
    }
}

#[tokio::test]
async fn a_stack_without_users_that_has_keys_keeps_its_tables() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let said = run_beside(&stack, &REMOVE_EMPTY).await.expect_refusal();
    assert!(said.contains(&stack.table("SIGNING_KEYS_TABLE")), "{said}");
    assert_eq!(tables_of(&stack).await.len(), TABLES.len());
}

#[tokio::test]
async fn nothing_is_deleted_unless_somebody_agrees() {
    let Some(stack) = unused_tables().await else { return };
    let before = tables_of(&stack).await;
    let arguments = ["tables", "remove-empty", "--dynamodb-url", stack.local_dynamodb().url()];
    let said = run(&arguments, &stack.table_variables(), "y\n").await.expect_refusal();
    assert!(said.contains("--yes"), "{said}");
    assert_eq!(tables_of(&stack).await, before);
}
