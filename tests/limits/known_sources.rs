use api_tests::{OwnStack, ProxiedStack};

use super::{counted, guess_at, limited};

async fn known_sources(stack: &OwnStack) -> usize {
    let credentials = stack.items("CREDENTIALS_TABLE").await;
    let known = credentials[0]["known_addresses"].as_l().unwrap();
    let shown = format!("{known:?}");
    assert!(!shown.contains("127.0.0"), "a source is kept as a digest: {shown}");
    known.len()
}

#[tokio::test]
async fn from_a_known_source_the_owner_neither_counts_nor_depends_on_others() {
    let Some((stack, _clock)) = limited(&[("LIMIT_ACCOUNT", "2/3600")]) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.api.somebody().await;
    for _ in 0..5 {
        let _ = stack.api.login(&owner).await.expect(200);
    }
    assert_eq!(counted(&stack, "account").await, [0; 0]);
    let _ = stack.from(2).login(&owner).await.expect(200);
    let _ = guess_at(&stack.from(3), &owner).await.expect(401);
    let _ = guess_at(&stack.from(3), &owner).await.expect(429);
    let _ = stack.from(4).login(&owner).await.expect(429);
    let _ = stack.from(2).login(&owner).await.expect(200);
    let _ = stack.api.login(&owner).await.expect(200);
    assert_eq!(known_sources(&stack).await, 2);
}

#[tokio::test]
async fn a_failure_makes_no_source_known() {
    let Some((stack, _clock)) = limited(&[("LIMIT_ACCOUNT", "2/3600")]) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.api.somebody().await;
    for _ in 0..3 {
        let _ = guess_at(&stack.from(2), &owner).await;
    }
    let _ = stack.from(2).login(&owner).await.expect(429);
    assert_eq!(known_sources(&stack).await, 1);
}

#[tokio::test]
async fn eight_sources_are_known_and_the_oldest_gives_way() {
    let Some((stack, _clock)) = limited(&[("LIMIT_ACCOUNT", "10/3600")]) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.api.somebody().await;
    for host in 2..=9 {
        let _ = stack.from(host).login(&owner).await.expect(200);
    }
    assert_eq!(known_sources(&stack).await, 8);
    for _ in 0..2 {
        let _ = guess_at(&stack.from(100), &owner).await.expect(401);
    }
    let _ = stack.api.login(&owner).await.expect(429);
    for host in 2..=9 {
        let _ = stack.from(host).login(&owner).await.expect(200);
    }
}

#[tokio::test]
async fn a_new_source_and_a_renewed_hash_are_kept_in_one_write() {
    let Some((stack, _clock)) = limited(&[("LIMIT_ACCOUNT", "10/3600")]) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.api.somebody().await;
    let (other, _clock) = limited(&[("LIMIT_ACCOUNT", "10/3600"), ("ARGON2_PASSES", "3")]).unwrap();
    let other = other.beside(&stack).start_behind_proxy(None).await;
    let _ = other.from(2).login(&owner).await.expect(200);
    let calls = other.proxy.take_calls();
    let updates: Vec<_> =
        calls.iter().filter(|call| call.body["TableName"] == other.table("CREDENTIALS_TABLE")).collect();
    assert_eq!(updates.iter().filter(|call| call.operation == "UpdateItem").count(), 1, "{updates:?}");
    let credential = &stack.items("CREDENTIALS_TABLE").await[0];
    assert!(credential["password_hash"].as_s().unwrap().contains("t=3"));
    assert_eq!(known_sources(&stack).await, 2);
    let _ = stack.api.login(&owner).await.expect(200);
}

#[tokio::test]
async fn a_source_in_daily_use_stays_known_while_eight_new_ones_come_and_go() {
    let Some((stack, _clock)) = limited(&[("LIMIT_ACCOUNT", "8/3600")]) else { return };
    let stack = stack.start().await;
    let (owner, _token) = stack.api.somebody().await;
    for host in 2..=9 {
        let _ = stack.api.login(&owner).await.expect(200);
        let _ = stack.from(host).login(&owner).await.expect(200);
    }
    // The new ones have used up the account's count.
    let _ = guess_at(&stack.from(100), &owner).await.expect(429);
    let _ = stack.api.login(&owner).await.expect(200);
    let _ = stack.from(2).login(&owner).await.expect(429);
    assert_eq!(known_sources(&stack).await, 8);
}

/// How many of the calls so far wrote to Credentials.
fn writes(stack: &ProxiedStack) -> usize {
    let calls = stack.proxy.take_calls();
    calls.iter().filter(|call| stack.name_of(call) == "UpdateItem CREDENTIALS_TABLE").count()
}

#[tokio::test]
async fn somebody_with_four_places_or_fewer_costs_a_write_for_each_and_no_more() {
    let Some((stack, _clock)) = limited(&[("LIMIT_ACCOUNT", "100/3600")]) else { return };
    let stack = stack.start_behind_proxy(None).await;
    let (owner, _token) = stack.from(1).somebody().await;
    for places in 1..=4 {
        let _ = stack.from(places).login(&owner).await.expect(200);
        assert_eq!(writes(&stack), usize::from(places > 1), "place {places} is new, but for that of the sign-up");
        for host in (1..=places).chain((1..=places).rev()) {
            let _ = stack.from(host).login(&owner).await.expect(200);
        }
        assert_eq!(writes(&stack), 0, "{places} places");
    }
    for (host, written, what) in [
        (5, 1, "a new place"),
        (2, 0, "the fourth from the last"),
        (1, 1, "the fifth from the last, which moves"),
        (1, 0, "the last by now"),
        (2, 1, "the fifth from the last by now"),
    ] {
        let _ = stack.from(host).login(&owner).await.expect(200);
        assert_eq!(writes(&stack), written, "{what}");
    }
}
