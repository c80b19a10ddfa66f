use api_tests::Person;
use futures_util::future::join_all;

use super::{DEFAULTS, counted, guess_at, limited, wait_of};

#[tokio::test]
async fn of_parallel_guesses_from_50_sources_100_are_evaluated_and_the_owner_still_logs_in() {
    let Some((stack, clock)) = limited(&DEFAULTS) else { return };
    let stack = stack.start().await;
    let attackers: Vec<_> = (2..=51).map(|host| stack.from(host)).collect();
    let (owner, _token) = stack.api.somebody().await;
    for account in [&owner, &Person::new()] {
        let guesses = attackers.iter().flat_map(|attacker| (0..4).map(move |_| guess_at(attacker, account)));
        let (answers, owners) = tokio::join!(join_all(guesses), stack.api.login(&owner));
        let _ = owners.expect(200);
        assert_eq!(answers.iter().filter(|answer| answer.status == 401).count(), 100);
        let refused = answers.iter().find(|answer| answer.status == 429).unwrap();
        assert_eq!((clock.clock().now().as_secs() + wait_of(refused)) % 3600, 0, "the wait ends with the window");
        let _ = guess_at(&stack.from(52), account).await.expect_problem(429, "too_many_attempts");
    }
    let _ = stack.api.login(&owner).await.expect(200);
}

#[tokio::test]
async fn what_the_pair_or_the_source_refuses_does_not_spend_the_accounts_count() {
    let limits = [("LIMIT_PAIR", "2/900"), ("LIMIT_ADDRESS", "3/900"), ("LIMIT_ACCOUNT", "4/3600")];
    let Some((stack, _clock)) = limited(&limits) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.api.somebody().await;
    for _ in 0..10 {
        let _ = guess_at(&stack.from(2), &owner).await;
    }
    assert_eq!(counted(&stack, "account").await, [2]);
    // One more failure there, and the source has had its three.
    let _ = guess_at(&stack.from(2), &Person::new()).await.expect(401);
    let _ = guess_at(&stack.from(2), &Person::new()).await.expect(429);
    for _ in 0..2 {
        let _ = guess_at(&stack.from(3), &owner).await.expect(401);
    }
    let _ = guess_at(&stack.from(4), &owner).await.expect(429);
}
