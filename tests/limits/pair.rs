use std::time::Duration;

use api_tests::{Api, Person};
use futures_util::future::join_all;
use shared::clock::Clock;

use super::{DEFAULTS, guess, guess_at, limited, wait_of};

/// What can be told of an answer: status, headers without those that no two answers share, and body.
type Seen = (u16, Vec<(String, String)>, String);

/// Of 200 parallel guesses on one account, the answers in the order of their statuses.
async fn guesses_in_parallel(api: &Api, person: &Person) -> Vec<Seen> {
    let answers = join_all((0..200).map(|_| guess_at(api, person))).await;
    let mut seen: Vec<Seen> = answers
        .into_iter()
        .map(|answer| {
            let shared = |name: &str| !["apigw-requestid", "date"].contains(&name);
            let headers = answer.headers.iter().filter(|(name, _)| shared(name.as_str()));
            let mut headers: Vec<_> =
                headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
            headers.sort_unstable();
            (answer.status, headers, answer.text)
        })
        .collect();
    seen.sort_unstable();
    seen
}

#[tokio::test]
async fn of_200_parallel_guesses_from_one_source_10_are_evaluated_whether_the_account_exists_or_not() {
    let Some((stack, _clock)) = limited(&DEFAULTS) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.api.somebody().await;
    let attacker = stack.from(2);
    let on_an_account = guesses_in_parallel(&attacker, &owner).await;
    let statuses: Vec<_> = on_an_account.iter().map(|(status, ..)| *status).collect();
    assert_eq!(statuses, [vec![401; 10], vec![429; 190]].concat());
    assert_eq!(guesses_in_parallel(&attacker, &Person::new()).await, on_an_account);
    let _ = stack.api.login(&owner).await.expect(200);
}

#[tokio::test]
async fn the_wait_is_true_to_the_second() {
    let Some((stack, clock)) = limited(&[("LIMIT_PAIR", "2/900")]) else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    for _ in 0..2 {
        let _ = guess_at(&stack.api, &person).await.expect(401);
    }
    let refused = guess_at(&stack.api, &person).await.expect_problem(429, "too_many_attempts");
    let wait = wait_of(&refused);
    assert!((1..=900).contains(&wait), "{wait}");
    assert_eq!((clock.clock().now().as_secs() + wait) % 900, 0, "the wait ends with the window");

    clock.advance(Duration::from_secs(wait - 1));
    let _ = stack.api.login(&person).await.expect_problem(429, "too_many_attempts");
    clock.advance(Duration::from_secs(1));
    let _ = guess_at(&stack.api, &person).await.expect(401);
    let _ = stack.api.login(&person).await.expect(200);
    let _ = stack.api.login(&person).await.expect(429);
}

#[tokio::test]
async fn the_right_password_is_refused_too_and_another_account_is_not() {
    let Some((stack, _clock)) = limited(&[("LIMIT_PAIR", "1/900")]) else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    let _ = guess_at(&stack.api, &person).await.expect(401);
    let _ = stack.api.login(&person).await.expect(429);
    let (other, _token) = stack.api.somebody().await;
    let _ = stack.api.login(&other).await.expect(200);
}

#[tokio::test]
async fn both_dialects_and_every_spelling_of_an_address_count_as_one() {
    let Some((stack, _clock)) = limited(&[("LIMIT_PAIR", "3/900")]) else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    let person = guess(&Person::new());
    let xano = || api.send(api.post("/api:aB3/auth/login").json(&person.login_body()));
    let _ = api.login(&person).await.expect(401);
    let _ = api.login(&Person { email: person.email.to_uppercase(), ..person.clone() }).await.expect(401);
    let _ = xano().await.expect(403);
    let refused = xano().await;
    let wait = wait_of(&refused);
    let message = "Try again after the time in Retry-After.";
    let _ = refused.expect_xano_error(429, "ERROR_CODE_TOO_MANY_REQUESTS", message, None);
    assert_eq!(wait_of(&api.login(&person).await.expect(429)), wait);
}

#[tokio::test]
async fn counters_name_nobody_and_expire() {
    let Some((stack, _clock)) = limited(&DEFAULTS) else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    let _ = guess_at(&stack.from(2), &person).await.expect(401);
    let now = Clock::system().now().as_secs();
    let counters = stack.items("ATTEMPTS_TABLE").await;
    let mut names: Vec<_> =
        counters.iter().map(|counter| counter["bucket"].as_s().unwrap().split('#').next().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["account", "address", "pair", "signup"]);
    for counter in &counters {
        let shown = format!("{counter:?}").to_lowercase();
        assert!(!shown.contains('@') && !shown.contains("grace") && !shown.contains("127.0.0"), "{shown}");
        let expires_at: u64 = counter["expires_at"].as_n().unwrap().parse().unwrap();
        assert!((now..now + 2 * 3600 + 60).contains(&expires_at), "{expires_at}");
    }
}
