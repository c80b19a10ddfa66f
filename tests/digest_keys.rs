//! The keys of functions that do not sign: who stores them, and what they outlive.

use std::collections::HashMap;
use std::time::Duration;

use api_tests::{Fault, OwnStack, Person, Session, TestClock, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

/// One millisecond more than the functions may keep the keys.
const KEPT: Duration = Duration::from_millis(5 * 60 * 1000 + 1);

type Item = HashMap<String, AttributeValue>;

async fn digest_keys(stack: &OwnStack) -> Option<Item> {
    stack.items("DIGEST_KEYS_TABLE").await.pop()
}

async fn digest_key_of_signers(stack: &OwnStack) -> AttributeValue {
    let items = stack.items("SIGNING_KEYS_TABLE").await;
    items.into_iter().find_map(|mut item| item.remove("digest_key")).unwrap()
}

#[tokio::test]
async fn the_first_signer_stores_a_copy_of_the_digest_key_beside_a_new_key_for_codes() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let _ = stack.api.somebody().await;
    let keys = digest_keys(&stack).await.unwrap();
    let mut names: Vec<_> = keys.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["code_key", "digest_key", "id"]);
    assert_eq!(keys["digest_key"], digest_key_of_signers(&stack).await);
    assert_eq!(keys["code_key"].as_b().unwrap().as_ref().len(), 32);
    assert_ne!(keys["code_key"], keys["digest_key"]);
}

/// What a deployment of the version before has: a whole set, and no digest keys.
#[tokio::test]
async fn whatever_signs_first_after_an_update_stores_them_and_nobody_replaces_them() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let person = Person::new();
    let session = Session::sign_up(&stack.api, &person).await;
    for signer in ["signup", "login", "sessions"] {
        stack.clear("DIGEST_KEYS_TABLE").await;
        clock.advance(KEPT);
        match signer {
            "signup" => drop(stack.api.signup(&Person::new()).await.expect(201)),
            "login" => drop(stack.api.login(&person).await.expect(200)),
            _ => drop(session.refreshed(&stack.api).await),
        }
        let keys = digest_keys(&stack).await.unwrap_or_else(|| panic!("{signer} stored none"));
        assert_eq!(keys["digest_key"], digest_key_of_signers(&stack).await, "{signer}");
        clock.advance(KEPT);
        let _ = stack.api.signup(&Person::new()).await.expect(201);
        let _ = stack.api.login(&person).await.expect(200);
        assert_eq!(digest_keys(&stack).await.unwrap(), keys, "{signer}");
    }
}

#[tokio::test]
async fn a_signer_that_was_overtaken_replaces_nothing() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let slow = stack.clock(clock.clock()).start_behind_proxy(None).await;
    let fast = own_stack().unwrap().clock(clock.clock()).beside_proxied(&slow).start().await;
    let (person, _token) = slow.api.somebody().await;
    fast.clear("DIGEST_KEYS_TABLE").await;
    clock.advance(KEPT);
    let held = slow.proxy.hold_next("PutItem");
    let overtaking = async {
        held.reached(1).await;
        let _ = fast.api.login(&person).await.expect(200);
        let stored = digest_keys(&fast).await.unwrap();
        held.release();
        stored
    };
    let (late, stored) = tokio::join!(slow.api.login(&person), overtaking);
    let _ = late.expect(200);
    assert_eq!(digest_keys(&fast).await.unwrap(), stored);
}

#[tokio::test]
async fn nobody_is_kept_out_if_they_cannot_be_stored_and_it_is_tried_again() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start_behind_proxy(None).await;
    let below = own_stack().unwrap().beside_proxied(&stack).start().await;
    let (person, _token) = stack.api.somebody().await;
    for fault in [Fault::Refuse("AccessDeniedException"), Fault::Refuse("ThrottlingException"), Fault::LoseAnswer] {
        below.clear("DIGEST_KEYS_TABLE").await;
        clock.advance(KEPT);
        stack.proxy.fail("PutItem", usize::MAX, fault.clone());
        let _ = stack.api.login(&person).await.expect(200);
        stack.proxy.heal();
        clock.advance(KEPT);
        let _ = stack.api.login(&person).await.expect(200);
        assert_eq!(digest_keys(&below).await.unwrap()["digest_key"], digest_key_of_signers(&below).await, "{fault:?}");
    }
}

#[tokio::test]
async fn once_they_are_stored_a_signer_reads_them_with_its_keys_and_writes_nothing() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start_behind_proxy(None).await;
    let (person, _token) = stack.api.somebody().await;
    clock.advance(KEPT);
    let _ = stack.proxy.take_calls();
    let _ = stack.api.login(&person).await.expect(200);
    let calls = stack.proxy.take_calls();
    let mut operations: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    operations.sort_unstable();
    // The two are of the credential and of the user.
    assert_eq!(operations, ["GetItem", "GetItem", "TransactGetItems"]);
    let read = calls.iter().find(|call| call.operation == "TransactGetItems").unwrap();
    let tables: Vec<_> =
        read.body["TransactItems"].as_array().unwrap().iter().map(|item| item["Get"]["TableName"].clone()).collect();
    assert!(tables.contains(&json!(stack.table("DIGEST_KEYS_TABLE"))), "{tables:?}");
}

/// Both halves of the set are gone: the next signer makes a new one.
#[tokio::test]
async fn a_new_set_takes_the_digest_key_that_is_kept() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let (person, _token) = stack.api.somebody().await;
    let before = digest_keys(&stack).await.unwrap();
    for table in ["SIGNING_KEYS_TABLE", "PUBLIC_KEYS_TABLE"] {
        stack.clear(table).await;
    }
    clock.advance(KEPT);
    let _ = stack.api.login(&person).await.expect(200);
    assert_eq!(digest_key_of_signers(&stack).await, before["digest_key"]);
    assert_eq!(digest_keys(&stack).await.unwrap(), before);
}
