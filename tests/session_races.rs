//! Sessions and tokens that begin while what their user logs in with changes.

use std::collections::HashMap;

use api_tests::{Answer, OwnStack, Person, Session, claims_of, own_stack};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::json;
use shared::clock::Clock;
use shared::domain::{PasswordContext, PasswordHasher, PasswordHasherParams, PasswordPolicy};

/// Changes the password as a reset does: in one transaction it raises both generations and ends every session.
async fn change_password(stack: &OwnStack, person: &Person, user_id: &str, new: &str, generation: u64) {
    let hasher = PasswordHasher::new(PasswordHasherParams::LOWEST).unwrap();
    let policy = PasswordPolicy::new(8).unwrap();
    let new = policy.parse(new).unwrap().score(PasswordContext::default()).unwrap();
    let hash = hasher.hash(new).await.unwrap();
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let number = |number: u64| AttributeValue::N(number.to_string());
    let user = Update::builder()
        .table_name(stack.table("USERS_TABLE"))
        .key("id", text(user_id))
        .update_expression("SET generation = :generation, tokens_valid_after = :now, sessions = :none")
        .expression_attribute_values(":generation", number(generation))
        .expression_attribute_values(":now", number(Clock::system().now().as_millis()))
        .expression_attribute_values(":none", AttributeValue::M(HashMap::new()));
    let credential = Update::builder()
        .table_name(stack.table("CREDENTIALS_TABLE"))
        .key("email", text(&person.email.to_lowercase()))
        .update_expression("SET generation = :generation, password_hash = :hash")
        .expression_attribute_values(":generation", number(generation))
        .expression_attribute_values(":hash", text(hash.as_str()));
    let updates = [user, credential].map(|update| update.build().unwrap());
    let updates = updates.map(|update| TransactWriteItem::builder().update(update).build());
    stack.dynamodb.transact_write_items().set_transact_items(Some(updates.into())).send().await.unwrap();
}

/// 200 log-ins race the change that makes this generation: none of their tokens and sessions is left. Returns the person with
/// the new password.
async fn race(stack: &OwnStack, person: Person, user_id: &str, generation: u64) -> Person {
    let api = &stack.api;
    let login = |number: usize| {
        let body = json!({"email": person.email, "password": person.password, "refresh": number.is_multiple_of(2)});
        api.send(api.post("/auth/login").json(&body))
    };
    let mut logins: FuturesUnordered<_> = (0..200).map(login).collect();
    let mut answers: Vec<Answer> = logins.by_ref().take(20).collect().await;
    let new_password = format!("{}-new", person.password);
    let change = change_password(stack, &person, user_id, &new_password, generation);
    let ((), rest) = tokio::join!(change, logins.collect::<Vec<_>>());
    answers.extend(rest);

    let mut let_in = 0;
    for answer in answers {
        // Ten sessions have room, and who keeps meeting others is told to come back.
        assert!([200, 401, 503].contains(&answer.status), "{answer:?}");
        if answer.status != 200 {
            continue;
        }
        let_in += 1;
        let _ = api.me(&answer.token()).await.expect_problem(401, "invalid_token");
        if answer.json().get("refreshToken").is_some() {
            let _ = Session::of(&answer).refresh(api).await.expect_problem(401, "invalid_refresh_token");
        }
    }
    assert!(let_in > 0, "the race was over before it began");
    let users = stack.items("USERS_TABLE").await;
    assert_eq!(users[0]["sessions"], AttributeValue::M(HashMap::new()));
    Person { password: new_password, ..person }
}

#[tokio::test]
async fn of_200_logins_that_race_a_change_of_the_password_none_outlives_it() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    let (mut person, token) = api.somebody().await;
    let user_id = claims_of(&token)["sub"].as_str().unwrap().to_owned();
    // An account without a generation is of the first one, which the condition says in other words.
    for generation in [1, 2] {
        person = race(&stack, person, &user_id, generation).await;
        let _ = Session::log_in(api, &person).await.refreshed(api).await;
        let token = api.login(&person).await.expect(200).token();
        assert_eq!(claims_of(&token)["gen"], generation);
        let _ = api.me(&token).await.expect(200);
    }
}
