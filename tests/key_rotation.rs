//! Signing keys that shift by themselves, over the real tables.

use std::time::Duration;

use api_tests::{Fault, Person, TestClock, claims_of, kid_of, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;

/// The default of `KEY_ROTATION_DAYS`.
const PERIOD: Duration = Duration::from_hours(30 * 24);
const ALMOST_A_PERIOD: Duration = Duration::from_millis(30 * 24 * 60 * 60 * 1000 - 1);
const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn keys_shift_after_thirty_days_and_a_token_stays_good_until_its_end() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let (person, first) = stack.api.somebody().await;
    let [current, next] = <[String; 2]>::try_from(stack.api.published_kids().await).unwrap();
    assert_eq!(kid_of(&first), current);

    clock.advance(ALMOST_A_PERIOD);
    let old = stack.api.login(&person).await.expect(200).token();
    assert_eq!(kid_of(&old), current, "the period is not over yet");
    clock.advance(HOUR);
    let new = stack.api.login(&person).await.expect(200).token();
    assert_eq!(kid_of(&new), next);
    let published = stack.api.published_kids().await;
    assert_eq!((published.len(), &published[..2]), (3, &[current.clone(), next.clone()][..]));

    for token in [&old, &new] {
        let _ = stack.api.me(token).await.expect(200);
    }
    let claims = claims_of(&old);
    let lifetime_seconds = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    clock.advance(Duration::from_secs(lifetime_seconds - HOUR.as_secs() - 1));
    let _ = stack.api.me(&old).await.expect(200);
    clock.advance(Duration::from_secs(1));
    let _ = stack.api.me(&old).await.expect_problem(401, "expired_token");

    clock.advance(PERIOD);
    let third = stack.api.login(&person).await.expect(200).token();
    assert_eq!(kid_of(&third), published[2]);
    let after = stack.api.published_kids().await;
    assert_eq!((after.len(), &after[..2]), (3, &published[1..]));
}

#[tokio::test]
async fn signers_that_rotate_at_once_make_one_step() {
    let Some(first) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let first = first.clock(clock.clock()).start().await;
    let second = own_stack().unwrap().clock(clock.clock()).beside(&first);
    let second = second.variable("ISSUER", first.api.url()).start().await;
    let (person, _token) = first.api.somebody().await;
    let keys = || async {
        let keys = first.dynamodb.get_item().table_name(first.table("SIGNING_KEYS_TABLE"));
        keys.key("id", AttributeValue::S("keys".to_owned())).send().await.unwrap().item.unwrap()
    };
    let before = keys().await;

    clock.advance(PERIOD);
    let (one, other) = tokio::join!(first.api.login(&person), second.api.login(&person));
    let tokens = [one.expect(200).token(), other.expect(200).token()];
    assert_eq!(kid_of(&tokens[0]), kid_of(&tokens[1]));
    for api in [&first.api, &second.api] {
        for token in &tokens {
            let _ = api.me(token).await.expect(200);
        }
    }
    let after = keys().await;
    assert_eq!(after["version"], AttributeValue::N("2".to_owned()));
    assert_eq!((&after["previous"], &after["current"]), (&before["current"], &before["next"]));
    assert_eq!(after["digest_key"], before["digest_key"]);
    assert_eq!(first.api.published_kids().await, second.api.published_kids().await);
}

/// A signer that reads, and writes only after others have moved on, finds its write refused.
#[tokio::test]
async fn a_signer_that_was_overtaken_takes_nothing_back() {
    let Some(slow) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let slow = slow.clock(clock.clock()).start_behind_proxy(None).await;
    let (person, _token) = slow.api.somebody().await;
    let fast = own_stack().unwrap().clock(clock.clock()).beside_proxied(&slow);
    let fast = fast.variable("ISSUER", slow.api.url()).start().await;

    clock.advance(PERIOD);
    let held = slow.proxy.hold_next("TransactWriteItems");
    let overtaken = async {
        held.reached(1).await;
        let _ = fast.api.login(&person).await.expect(200);
        clock.advance(PERIOD);
        let newest = fast.api.login(&person).await.expect(200).token();
        held.release();
        newest
    };
    let (late, newest) = tokio::join!(slow.api.login(&person), overtaken);
    let late = late.expect(200).token();
    assert_eq!(kid_of(&late), kid_of(&newest), "the late signer uses what is stored");
    clock.advance(Duration::from_mins(6));
    for api in [&slow.api, &fast.api] {
        let _ = api.me(&newest).await.expect(200);
    }
}

#[tokio::test]
async fn a_rotation_that_fails_keeps_nobody_out_and_is_tried_again() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start_behind_proxy(None).await;
    let (person, first) = stack.api.somebody().await;
    let current = kid_of(&first);
    clock.advance(PERIOD);
    for fault in [Fault::Refuse("ThrottlingException"), Fault::Close, Fault::Cancel("TransactionConflict")] {
        stack.proxy.fail("TransactWriteItems", usize::MAX, fault.clone());
        let token = stack.api.login(&person).await.expect(200).token();
        assert_eq!(kid_of(&token), current, "{fault:?}");
        let _ = stack.api.me(&token).await.expect(200);
        stack.proxy.heal();
        let _within_five_minutes = stack.api.login(&person).await.expect(200);
        clock.advance(Duration::from_millis(5 * 60 * 1000 + 1));
    }
    let token = stack.api.login(&person).await.expect(200).token();
    assert_ne!(kid_of(&token), current);
    let _ = stack.api.me(&token).await.expect(200);
    assert_eq!(stack.api.published_kids().await.len(), 3);
}

#[tokio::test]
async fn a_rotation_whose_answer_is_lost_is_one_step() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start_behind_proxy(None).await;
    let (person, _first) = stack.api.somebody().await;
    let next = stack.api.published_kids().await.remove(1);
    clock.advance(PERIOD);
    stack.proxy.fail("TransactWriteItems", 1, Fault::LoseAnswer);
    let token = stack.api.login(&person).await.expect(200).token();
    assert_eq!(kid_of(&token), next);

    let last = stack.api.published_kids().await.remove(2);
    clock.advance(PERIOD);
    stack.proxy.fail("TransactWriteItems", usize::MAX, Fault::LoseAnswer);
    let token = stack.api.login(&person).await.expect(200).token();
    assert_eq!(kid_of(&token), next, "nobody knows that it went through, and the key is still public");
    let _ = stack.api.me(&token).await.expect(200);
    stack.proxy.heal();
    clock.advance(Duration::from_mins(6));
    let token = stack.api.login(&person).await.expect(200).token();
    assert_eq!(kid_of(&token), last);
    let _ = stack.api.signup(&Person::new()).await.expect(201);
}
