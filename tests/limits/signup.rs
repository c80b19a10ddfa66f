use std::time::Duration;

use api_tests::Person;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;

use super::{DEFAULTS, limited, wait_of};

#[tokio::test]
async fn of_racing_signups_from_one_source_as_many_as_the_limit_allows_go_on() {
    let Some((stack, clock)) = limited(&[("LIMIT_SIGNUP", "3/3600")]) else { return };
    let stack = stack.start().await;
    let people: Vec<_> = (0..10).map(|_| Person::new()).collect();
    let answers = join_all(people.iter().map(|person| stack.api.signup(person))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 3);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 7);
    assert_eq!(stack.items("USERS_TABLE").await.len(), 3);
    let _ = stack.from(2).signup(&Person::new()).await.expect(201);

    let refused = stack.api.signup(&Person::new()).await.expect_problem(429, "too_many_attempts");
    clock.advance(Duration::from_secs(wait_of(&refused) - 1));
    let _ = stack.api.signup(&Person::new()).await.expect(429);
    clock.advance(Duration::from_secs(1));
    let _ = stack.api.signup(&Person::new()).await.expect(201);
}

#[tokio::test]
async fn asking_who_has_an_account_counts_as_a_signup() {
    let Some((stack, _clock)) = limited(&[("LIMIT_SIGNUP", "2/3600")]) else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    let _ = stack.api.signup(&person).await.expect(409);
    let _ = stack.api.signup(&person).await.expect(429);
    let api = &stack.api;
    let xano = api.post("/api:aB3/auth/signup").json(&person.signup_body());
    let message = "Try again after the time in Retry-After.";
    let _ = api.send(xano).await.expect_xano_error(429, "ERROR_CODE_TOO_MANY_REQUESTS", message, None);
}

#[tokio::test]
async fn a_hundred_an_hour_are_allowed_where_nothing_else_is_set() {
    let Some((stack, _clock)) = limited(&DEFAULTS) else { return };
    let stack = stack.start().await;
    let _first = stack.api.signup(&Person::new()).await.expect(201);
    let mut counter = stack.items("ATTEMPTS_TABLE").await.remove(0);
    counter.insert("count".to_owned(), AttributeValue::N("99".to_owned()));
    let put = stack.dynamodb.put_item().table_name(stack.table("ATTEMPTS_TABLE")).set_item(Some(counter));
    put.send().await.unwrap();
    let _hundredth = stack.api.signup(&Person::new()).await.expect(201);
    let _ = stack.api.signup(&Person::new()).await.expect(429);
}
