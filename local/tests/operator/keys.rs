use std::time::Duration;

use api_tests::{OwnStack, Person, Session, TestClock, kid_of, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;
use shared::clock::Clock;

use crate::command::{run, run_beside};

/// One millisecond more than the functions may keep the keys.
const KEPT: Duration = Duration::from_millis(5 * 60 * 1000 + 1);

fn id() -> AttributeValue {
    AttributeValue::S("keys".to_owned())
}

#[tokio::test]
async fn a_rotation_is_noticed_by_nobody() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still_ago(Duration::from_hours(25));
    let stack = stack.clock(clock.clock()).start().await;
    let (person, _first) = stack.api.somebody().await;
    clock.advance(Duration::from_hours(25));
    let old = stack.api.login(&person).await.expect(200).token();
    let before = stack.api.published_kids().await;

    let said = run_beside(&stack, &["keys", "rotate"]).await.expect_success();

    clock.advance(KEPT);
    let new = stack.api.login(&person).await.expect(200).token();
    for token in [&old, &new] {
        let _ = stack.api.me(token).await.expect(200);
    }
    let after = stack.api.published_kids().await;
    assert_eq!((before.as_slice(), after.len()), (&after[..2], 3));
    assert_eq!([kid_of(&old), kid_of(&new)], after[..2]);
    for kid in &after {
        assert!(said.contains(kid), "{said}");
    }
    assert!(said.contains("version 2") && said.contains("within 5 minutes") && said.contains("2 hours"), "{said}");
}

/// Lets the stored set be this old.
async fn set_age(stack: &OwnStack, age: Duration) {
    let since = Clock::system().now().as_millis() - u64::try_from(age.as_millis()).unwrap();
    let update = stack.dynamodb.update_item().table_name(stack.table("SIGNING_KEYS_TABLE")).key("id", id());
    let update = update.update_expression("SET current_since = :since");
    update.expression_attribute_values(":since", AttributeValue::N(since.to_string())).send().await.unwrap();
}

#[tokio::test]
async fn a_rotation_that_somebody_could_notice_is_refused() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let lifetime = |seconds| vec!["keys", "rotate", "--token-lifetime-seconds", seconds];
    let mut version = 1;
    for (minutes, arguments, reason) in [
        (0, vec!["keys", "rotate"], Some("the next key has been public for 0 min only")),
        (129, lifetime("60"), Some("try again in 1 min")),
        (131, lifetime("60"), None),
        (131, vec!["keys", "rotate"], Some("the current key has served for 2 h 11 min only")),
        (24 * 60 + 9, vec!["keys", "rotate"], Some("until it has for 24 h 10 min")),
        (24 * 60 + 11, lifetime("86520"), Some("until it has for 24 h 12 min")),
        (24 * 60 + 11, lifetime("0"), Some("TOKEN_LIFETIME_SECONDS is \"0\"")),
        (24 * 60 + 11, vec!["keys", "rotate"], None),
    ] {
        set_age(&stack, Duration::from_mins(minutes)).await;
        let (before, outcome) = (stack.api.published_kids().await, run_beside(&stack, &arguments).await);
        clock.advance(KEPT);
        let after = stack.api.published_kids().await;
        if let Some(reason) = reason {
            let said = outcome.expect_refusal();
            assert!(said.contains(reason), "{minutes} min, {arguments:?}: {said}");
            assert_eq!(after, before);
        } else {
            version += 1;
            let said = outcome.expect_success();
            assert!(said.contains(&format!("version {version}.")), "{said}");
            assert_eq!(after[..2], before[before.len() - 2..]);
        }
    }
}

#[tokio::test]
async fn a_set_from_the_future_is_not_rotated() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    clock.advance(Duration::from_hours(48));
    let stack = stack.clock(clock.clock()).start().await;
    let said = run_beside(&stack, &["keys", "rotate"]).await.expect_refusal();
    assert!(said.contains("set the clock right"), "{said}");
}

#[tokio::test]
async fn a_revocation_ends_every_token_within_five_minutes_and_lets_everybody_log_in_again() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still_ago(Duration::from_hours(3));
    let stack = stack.clock(clock.clock()).start().await;
    let (person, old) = stack.api.somebody().await;
    let before = stack.api.published_kids().await;

    let said = run_beside(&stack, &["keys", "revoke"]).await.expect_success();
    assert!(said.contains(&format!("dropped   {}", kid_of(&old))), "{said}");
    assert!(said.contains("within 5 minutes") && said.contains("2 hours"), "{said}");
    assert!(!said.contains("Warning"), "{said}");

    clock.advance(KEPT);
    let _ = stack.api.me(&old).await.expect_problem(401, "invalid_token");
    let new = stack.api.login(&person).await.expect(200).token();
    let _ = stack.api.me(&new).await.expect(200);
    assert_eq!(kid_of(&new), before[1], "the next key was public already");
    let after = stack.api.published_kids().await;
    assert_eq!((after.len(), &after[0]), (2, &before[1]));
}

#[tokio::test]
async fn a_revocation_ends_every_session_and_a_new_one_is_known_at_once() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let (person, _token) = stack.api.somebody().await;
    let ended = Session::log_in(&stack.api, &person).await;
    let _said = run_beside(&stack, &["keys", "revoke"]).await.expect_success();

    // Another stack has the new key, and this one the old: it reads the keys again for a tag that it does not know.
    let fresh = own_stack().unwrap().clock(clock.clock()).beside(&stack).variable("ISSUER", stack.api.url());
    let fresh = fresh.start().await;
    let new = Session::log_in(&fresh.api, &person).await;
    let _ = new.refreshed(&stack.api).await;
    clock.advance(KEPT);
    for api in [&stack.api, &fresh.api] {
        let _ = ended.refresh(api).await.expect_problem(401, "invalid_refresh_token");
        let _ = api.me(&ended.access).await.expect_problem(401, "invalid_token");
    }
}

#[tokio::test]
async fn a_revocation_is_never_refused_and_warns_of_a_key_that_is_not_known_everywhere() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let (person, _old) = stack.api.somebody().await;
    for _ in 0..2 {
        let said = run_beside(&stack, &["keys", "revoke"]).await.expect_success();
        assert!(said.contains("Warning: the current key has been public for less than 2 h 10 min"), "{said}");
    }
    clock.advance(KEPT);
    let new = stack.api.login(&person).await.expect(200).token();
    let _ = stack.api.me(&new).await.expect(200);
}

#[tokio::test]
async fn a_set_of_which_half_is_gone_is_repaired() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let (person, mut token) = stack.api.somebody().await;
    for variable in ["PUBLIC_KEYS_TABLE", "SIGNING_KEYS_TABLE"] {
        let session = Session::log_in(&stack.api, &person).await;
        let delete = stack.dynamodb.delete_item().table_name(stack.table(variable)).key("id", id());
        delete.send().await.unwrap();
        clock.advance(KEPT);
        let _ = stack.api.login(&person).await.expect_problem(503, "unavailable");
        let _ = stack.api.signup(&Person::new()).await.expect_problem(503, "unavailable");
        for refused in ["rotate", "revoke"] {
            let said = run_beside(&stack, &["keys", refused]).await.expect_refusal();
            assert!(said.contains("`keys repair`"), "{said}");
        }

        let said = run_beside(&stack, &["keys", "repair"]).await.expect_success();
        let new = stack.api.login(&person).await.expect(200).token();
        assert!(said.contains(&kid_of(&new)), "{said}");
        clock.advance(KEPT);
        let _ = stack.api.me(&new).await.expect(200);
        let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
        let _ = session.refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");
        let _ = stack.api.me(&session.access).await.expect_problem(401, "invalid_token");
        token = new;
    }
}

/// What the log calls Grace.
async fn digest(stack: &OwnStack) -> String {
    run_beside(stack, &["digest", "--email", "grace@example.com"]).await.expect_success()
}

#[tokio::test]
async fn a_digest_key_that_is_gone_from_the_signing_keys_comes_back_from_the_digest_keys() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let (person, _token) = stack.api.somebody().await;
    let (before, kept) = (digest(&stack).await, stack.items("DIGEST_KEYS_TABLE").await);
    stack.clear("SIGNING_KEYS_TABLE").await;
    let _ = run_beside(&stack, &["keys", "repair"]).await.expect_success();
    assert_eq!(digest(&stack).await, before);
    let _ = run_beside(&stack, &["keys", "revoke"]).await.expect_success();
    assert_eq!(digest(&stack).await, before);
    clock.advance(KEPT);
    let _ = stack.api.login(&person).await.expect(200);
    assert_eq!(stack.items("DIGEST_KEYS_TABLE").await, kept, "neither command touches them");
}

#[tokio::test]
async fn halves_that_do_not_belong_together_are_half_a_set() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still_ago(Duration::from_hours(25));
    let stack = stack.clock(clock.clock()).start().await;
    let (person, _token) = stack.api.somebody().await;
    let table = stack.table("PUBLIC_KEYS_TABLE");
    let backup = stack.dynamodb.get_item().table_name(&table).key("id", id()).send().await.unwrap().item;
    let before = digest(&stack).await;
    let _ = run_beside(&stack, &["keys", "rotate"]).await.expect_success();
    stack.dynamodb.put_item().table_name(&table).set_item(backup).send().await.unwrap();
    clock.advance(Duration::from_hours(25));
    let _ = stack.api.login(&person).await.expect_problem(503, "unavailable");
    let said = run_beside(&stack, &["keys", "repair"]).await.expect_success();
    assert!(said.contains("version 3"), "{said}");
    let _ = stack.api.login(&person).await.expect(200);
    assert_eq!(digest(&stack).await, before, "the digest key is kept where it still is");
}

#[tokio::test]
async fn what_is_whole_is_not_repaired_and_what_is_not_there_is_not_changed() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let before = stack.api.published_kids().await;
    let said = run_beside(&stack, &["keys", "repair"]).await.expect_refusal();
    assert!(said.contains("whole (version 1)"), "{said}");
    assert_eq!(stack.api.published_kids().await, before);

    for variable in ["PUBLIC_KEYS_TABLE", "SIGNING_KEYS_TABLE"] {
        stack.dynamodb.delete_item().table_name(stack.table(variable)).key("id", id()).send().await.unwrap();
    }
    for command in ["rotate", "revoke", "repair"] {
        let said = run_beside(&stack, &["keys", command]).await.expect_refusal();
        assert!(said.contains("there are no signing keys yet"), "{said}");
    }
}

#[tokio::test]
async fn a_dynamodb_that_is_not_there_is_one_line_that_names_it() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{gone}");
    for command in ["rotate", "revoke", "repair"] {
        let said = run(&["keys", command, "--dynamodb-url", &url], &[], "").await.expect_refusal();
        assert!(said.contains(&url), "{said}");
    }
}
