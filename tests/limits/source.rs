use std::time::Duration;

use api_tests::Person;

use super::{DEFAULTS, counted, guess_at, limited, set_counter, wait_of};

#[tokio::test]
async fn failures_at_many_accounts_refuse_the_source_and_no_other() {
    let Some((stack, clock)) = limited(&[("LIMIT_ADDRESS", "3/900")]) else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    for account in [&person, &Person::new(), &Person::new()] {
        let _ = guess_at(&stack.from(2), account).await.expect(401);
    }
    let refused = stack.from(2).login(&person).await.expect_problem(429, "too_many_attempts");
    let _ = stack.api.login(&person).await.expect(200);
    clock.advance(Duration::from_secs(wait_of(&refused)));
    let _ = stack.from(2).login(&person).await.expect(200);
}

#[tokio::test]
async fn successes_and_refused_attempts_do_not_count_for_the_source() {
    let Some((stack, _clock)) = limited(&[("LIMIT_ADDRESS", "2/900"), ("LIMIT_PAIR", "3/900")]) else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    for _ in 0..3 {
        let _ = stack.api.login(&person).await.expect(200);
    }
    for _ in 0..3 {
        let _ = guess_at(&stack.api, &person).await.expect(429);
    }
    assert_eq!(counted(&stack, "address").await, [0; 0]);
    let (other, _token) = stack.api.somebody().await;
    let _ = stack.api.login(&other).await.expect(200);
}

#[tokio::test]
async fn of_two_waits_the_longer_one_is_told() {
    let Some((stack, clock)) = limited(&[("LIMIT_ADDRESS", "1/7000"), ("LIMIT_PAIR", "1/900")]) else { return };
    let stack = stack.start().await;
    let person = Person::new();
    let _ = guess_at(&stack.api, &person).await.expect(401);
    let wait = wait_of(&guess_at(&stack.api, &person).await.expect(429));
    let now = clock.clock().now().as_secs();
    let (pair, source) = (900 - now % 900, 7000 - now % 7000);
    assert_eq!(wait, pair.max(source));
}

#[tokio::test]
async fn three_hundred_failures_of_a_neighbour_refuse_strangers_and_no_owner_whose_account_knows_the_source() {
    let Some((stack, _clock)) = limited(&DEFAULTS) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.api.somebody().await;
    let (stranger, _token) = stack.from(2).somebody().await;
    let _ = guess_at(&stack.api, &Person::new()).await.expect(401);
    set_counter(&stack, "address", 299).await;
    let _ = guess_at(&stack.api, &Person::new()).await.expect(401);

    let _ = guess_at(&stack.api, &Person::new()).await.expect_problem(429, "too_many_attempts");
    let _ = stack.api.login(&stranger).await.expect_problem(429, "too_many_attempts");
    let _ = stack.from(2).login(&stranger).await.expect(200);
    let _ = stack.api.login(&owner).await.expect(200);
    // The pair's limit is there as ever: nine guesses after the owner's own log-in.
    for _ in 0..9 {
        let _ = guess_at(&stack.api, &owner).await.expect(401);
    }
    let _ = guess_at(&stack.api, &owner).await.expect(429);
    assert_eq!(counted(&stack, "account").await, [1, 1], "what is refused is not counted for its account");
}

#[tokio::test]
async fn a_source_becomes_known_where_its_own_limit_is_the_only_one() {
    let Some((stack, _clock)) = limited(&[("LIMIT_ADDRESS", "1/900")]) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.api.somebody().await;
    let elsewhere = stack.from(2);
    let _ = elsewhere.login(&owner).await.expect(200);
    let _ = guess_at(&elsewhere, &Person::new()).await.expect(401);
    let _ = guess_at(&elsewhere, &Person::new()).await.expect(429);
    let _ = elsewhere.login(&owner).await.expect(200);
}
