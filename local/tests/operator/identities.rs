//! Linked sign-ins that an operator lists and ends.

use std::collections::HashMap;

use api_tests::{OwnStack, Session, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use shared::store::schema::{IDENTITIES, USERS};

use crate::command::{Outcome, run_beside};

/// 27 November 2026, 14:05:00 UTC, in milliseconds.
const NOON: u64 = 1_795_788_300_000;

/// Links this identity to a user at this time, as the function does.
async fn link(stack: &OwnStack, user: &str, provider: &str, key: &str, at: u64) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let item = HashMap::from([
        (IDENTITIES.key.to_owned(), text(key)),
        ("user_id".to_owned(), text(user)),
        ("linked_at".to_owned(), AttributeValue::N(at.to_string())),
    ]);
    let put = stack.dynamodb.put_item().table_name(stack.table(IDENTITIES.variable));
    put.set_item(Some(item)).send().await.unwrap();
    let update = stack.dynamodb.update_item().table_name(stack.table(USERS.variable)).key(USERS.key, text(user));
    let update = update.update_expression("ADD identities :it");
    update
        .expression_attribute_values(":it", AttributeValue::Ss(vec![format!("{provider}#{key}")]))
        .send()
        .await
        .unwrap();
}

async fn make_passwordless(stack: &OwnStack, user: &str) {
    let update = stack.dynamodb.update_item().table_name(stack.table(USERS.variable));
    let update = update.key(USERS.key, AttributeValue::S(user.to_owned())).update_expression("SET passwordless = :yes");
    update.expression_attribute_values(":yes", AttributeValue::Bool(true)).send().await.unwrap();
}

async fn id_of(stack: &OwnStack, token: &str) -> String {
    stack.api.me(token).await.expect(200).json()["id"].as_str().unwrap().to_owned()
}

async fn identities(stack: &OwnStack, arguments: &[&str]) -> Outcome {
    run_beside(stack, &[&["identities"], arguments].concat()).await
}

#[tokio::test]
async fn what_a_thief_has_linked_is_found_and_unlinked_and_every_session_and_token_of_the_user_ends() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (owner, token) = stack.api.somebody().await;
    let session = Session::log_in(&stack.api, &owner).await;
    let (_somebody_else, others) = stack.api.somebody().await;
    let (user, other) = (id_of(&stack, &token).await, id_of(&stack, &others).await);
    let (own, thiefs) = ("https://accounts.google.com#1", "https://github.com#666");
    link(&stack, &user, "google", own, NOON - 1).await;
    link(&stack, &user, "github", thiefs, NOON).await;
    link(&stack, &other, "x", "https://x.com#7", NOON + 250).await;

    let theirs = format!("2026-11-27T14:05:00Z  {user}  {thiefs}\n");
    let listed = identities(&stack, &["list", "--since", "2026-11-27T14:05:00Z"]).await.expect_success();
    assert_eq!(listed, format!("{theirs}2026-11-27T14:05:00.25Z  {other}  https://x.com#7\n"));
    let listed = identities(&stack, &["list", "--user", &user]).await.expect_success();
    assert_eq!(listed, format!("2026-11-27T14:04:59.999Z  {user}  {own}\n{theirs}"));

    let since = ["unlink", "--user", &user, "--since", "2026-11-27T14:05:00Z"];
    let said = identities(&stack, &since).await.expect_refusal();
    assert!(said.contains("--yes"), "{said}");
    let _ = stack.api.me(&token).await.expect(200);
    let said = identities(&stack, &[&since[..], &["--yes"]].concat()).await.expect_success();
    assert!(said.contains(thiefs) && said.contains(&user) && !said.contains(own), "{said}");

    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
    let _ = session.refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");
    let new = stack.api.login(&owner).await.expect(200).token();
    assert_eq!(stack.api.me(&new).await.expect(200).json()["identities"], json!(["google"]));
    let keys: Vec<_> = stack.items(IDENTITIES.variable).await.into_iter().map(|item| item["id"].clone()).collect();
    assert!(keys.len() == 2 && !keys.contains(&AttributeValue::S(thiefs.to_owned())), "{keys:?}");
    let _ = stack.api.me(&others).await.expect(200);
}

#[tokio::test]
async fn the_last_way_to_log_in_stays_and_nothing_is_done_without_a_user_or_a_sign_in() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (_owner, token) = stack.api.somebody().await;
    let user = id_of(&stack, &token).await;
    let said = identities(&stack, &["unlink", "--yes", "--user", &user]).await.expect_refusal();
    assert!(said.contains("no such sign-in"), "{said}");
    assert_eq!(identities(&stack, &["list", "--user", &user]).await.expect_success(), "There is no linked sign-in.\n");

    link(&stack, &user, "google", "https://accounts.google.com#1", NOON).await;
    make_passwordless(&stack, &user).await;
    let said = identities(&stack, &["unlink", "--yes", "--user", &user]).await.expect_refusal();
    assert!(said.contains("could not log in any more"), "{said}");
    let said = identities(&stack, &["unlink", "--yes", "--user", "nobody"]).await.expect_refusal();
    assert!(said.contains("there is no user \"nobody\""), "{said}");
    assert_eq!(stack.api.me(&token).await.expect(200).json()["identities"], json!(["google"]));
}
