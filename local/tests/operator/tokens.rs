use std::time::Duration;

use api_tests::{DynamoDbProxy, TestClock, own_stack};
use shared::clock::Clock;

use crate::command::{run_at, run_beside};

#[tokio::test]
async fn the_tokens_of_one_user_end_and_they_can_log_in_again() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, token) = stack.api.somebody().await;
    let (_somebody_else, other) = stack.api.somebody().await;
    let id = stack.api.me(&token).await.expect(200).json()["id"].as_str().unwrap().to_owned();

    let said = run_beside(&stack, &["tokens", "end", "--user", &id]).await.expect_success();
    assert!(said.contains(&id) && said.contains("at once") && said.contains("until it expires"), "{said}");

    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
    let new = stack.api.login(&person).await.expect(200).token();
    for good in [&new, &other] {
        let _ = stack.api.me(good).await.expect(200);
    }
}

/// An operator whose clock is an hour behind that of AWS, and functions whose clock is a second ahead of that.
#[tokio::test]
async fn the_time_is_dynamodbs_and_not_the_operators() {
    let Some(stack) = own_stack() else { return };
    let dynamodbs_now = Clock::system().now().after(Duration::from_hours(1));
    let clock = TestClock::standing_still_at(dynamodbs_now.after(Duration::from_secs(1)).as_millis());
    let stack = stack.clock(clock.clock()).start().await;
    let proxy = DynamoDbProxy::start(stack.local_dynamodb()).await;
    proxy.set_date(dynamodbs_now);
    let (person, token) = stack.api.somebody().await;
    let id = stack.api.me(&token).await.expect(200).json()["id"].as_str().unwrap().to_owned();
    let _ = run_at(proxy.dynamodb().url(), &stack, &["tokens", "end", "--user", &id]).await.expect_success();
    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
    clock.advance(Duration::from_secs(2));
    let new = stack.api.login(&person).await.expect(200).token();
    let _ = stack.api.me(&new).await.expect(200);
}

#[tokio::test]
async fn a_single_logout_of_a_token_of_a_fast_clock_is_not_forgotten() {
    let Some(stack) = own_stack() else { return };
    let ahead = Clock::system().now().after(Duration::from_mins(10)).as_millis();
    let stack = stack.clock(TestClock::standing_still_at(ahead).clock()).start().await;
    let api = &stack.api;
    let (_person, token) = api.somebody().await;
    let id = api.me(&token).await.expect(200).json()["id"].as_str().unwrap().to_owned();
    let _ = api.send(api.post("/auth/logout").bearer_auth(&token)).await.expect(204);
    let _ = run_beside(&stack, &["tokens", "end", "--user", &id]).await.expect_success();
    let _ = api.me(&token).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_user_who_is_not_there_is_said_not_to_be_and_not_made() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let said = run_beside(&stack, &["tokens", "end", "--user", "nobody"]).await.expect_refusal();
    assert!(said.contains("there is no user \"nobody\""), "{said}");
    assert_eq!(stack.dynamodb.scan().table_name(stack.table("USERS_TABLE")).send().await.unwrap().count(), 0);
}
