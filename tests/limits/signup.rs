use std::time::Duration;

use api_tests::{Fault, Person};
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;

use super::{DEFAULTS, counted, limited, wait_of};

fn weak() -> Person {
    Person { password: "password".to_owned(), ..Person::new() }
}

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
async fn without_a_limit_of_failures_asking_who_has_an_account_counts_as_a_signup() {
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
async fn a_hundred_signups_of_taken_addresses_refuse_no_newcomer() {
    let Some((stack, _clock)) = limited(&DEFAULTS) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.api.somebody().await;
    for _ in 0..10 {
        let answers = join_all((0..10).map(|_| stack.api.signup(&owner))).await;
        assert!(answers.iter().all(|answer| answer.status == 409), "{answers:?}");
    }
    let _newcomer = stack.api.somebody().await;
    assert_eq!((counted(&stack, "signup#").await, counted(&stack, "signup-failure#").await), (vec![2], vec![100]));
}

#[tokio::test]
async fn failures_refuse_the_source_before_anything_is_scored_or_hashed_and_no_other() {
    let Some((stack, clock)) = limited(&[("LIMIT_SIGNUP", "5/3600"), ("LIMIT_ADDRESS", "3/900")]) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.from(2).somebody().await;
    let _ = stack.api.signup(&owner).await.expect_problem(409, "email_taken");
    for _ in 0..2 {
        let _ = stack.api.signup(&weak()).await.expect_problem(422, "validation_failed");
    }
    for person in [weak(), owner, Person::new()] {
        let _ = stack.api.signup(&person).await.expect_problem(429, "too_many_attempts");
    }
    let _ = stack.from(3).signup(&Person::new()).await.expect(201);

    let wait = wait_of(&stack.api.signup(&weak()).await.expect(429));
    clock.advance(Duration::from_secs(wait - 1));
    let _ = stack.api.signup(&Person::new()).await.expect(429);
    clock.advance(Duration::from_secs(1));
    // What was refused took no place, nor did what failed.
    for _ in 0..5 {
        let _ = stack.api.signup(&Person::new()).await.expect(201);
    }
    let _ = stack.api.signup(&Person::new()).await.expect(429);
}

#[tokio::test]
async fn racing_failures_and_newcomers_are_all_counted_once() {
    let Some((stack, _clock)) = limited(&[("LIMIT_SIGNUP", "6/3600"), ("LIMIT_ADDRESS", "1000/900")]) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.from(2).somebody().await;
    let people: Vec<_> = (0..40).map(|number| if number % 2 == 0 { owner.clone() } else { Person::new() }).collect();
    let answers = join_all(people.iter().map(|person| stack.api.signup(person))).await;
    let with = |status: u16| answers.iter().filter(|answer| answer.status == status).count() as u64;
    assert_eq!(with(201) + with(409) + with(429), 40);
    assert!(with(201) <= 6, "{}", with(201));
    let failures = counted(&stack, "signup-failure#").await.iter().sum::<u64>();
    assert_eq!(failures, with(409), "what was let through and failed is counted, and what was refused is not");
    // The owner's own sign-up came from another source.
    let mut accounts = counted(&stack, "signup#").await;
    accounts.sort_unstable();
    assert_eq!(accounts.iter().sum::<u64>(), 1 + with(201), "a place stays taken for each account: {accounts:?}");
}

#[tokio::test]
async fn failed_signups_and_failed_logins_are_counted_apart() {
    let Some((stack, _clock)) = limited(&[("LIMIT_ADDRESS", "2/900")]) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.api.somebody().await;
    for _ in 0..2 {
        let _ = stack.api.signup(&weak()).await.expect(422);
    }
    let _ = stack.api.signup(&weak()).await.expect(429);
    let _ = stack.api.login(&owner).await.expect(200);
}

#[tokio::test]
async fn a_signup_that_fails_for_no_fault_of_its_own_keeps_its_place() {
    let Some((stack, _clock)) = limited(&[("LIMIT_SIGNUP", "3/3600"), ("LIMIT_ADDRESS", "3/900")]) else { return };
    let stack = stack.start_behind_proxy(None).await;
    let _first = stack.api.somebody().await;
    stack.proxy.fail("TransactWriteItems", usize::MAX, Fault::LoseAnswer);
    let _ = stack.api.signup(&Person::new()).await.expect_problem(503, "unavailable");
    stack.proxy.heal();
    let answers = join_all((0..3).map(|_| async { stack.api.signup(&Person::new()).await })).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 2);
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
