//! What a browser carries: nobody but this service can read it or make it.

use std::sync::Arc;
use std::time::Duration;

use api_tests::{OwnStack, Reply, ScriptedProvider, TestClock};
use oauth::Code;
use serde_json::json;
use shared::clock::Clock;
use shared::environment::Environment;
use shared::keys::KeyAdministration;
use shared::store::SigningKeyTables;

use super::flow::{Flow, all_at, code_of, come_back, error_of, seal_keys, stack_with};

async fn stack(provider: &ScriptedProvider, clock: Clock) -> Option<OwnStack> {
    provider.reply("/login/oauth/access_token", Reply::Json(200, json!({"access_token": "t"})));
    provider.reply("/api/v3/user", Reply::Json(200, json!({"id": 42, "name": "Ada"})));
    provider.reply("/api/v3/user/emails", Reply::Json(200, json!([])));
    let all = all_at(provider.url());
    Some(stack_with(all.iter().map(|(name, value)| (*name, value.as_str())))?.clock(clock).start().await)
}

fn administration(stack: &OwnStack) -> KeyAdministration {
    let environment: Environment =
        stack.table_variables().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    KeyAdministration::new(Arc::new(SigningKeyTables::read(&environment, &stack.dynamodb).unwrap()))
}

async fn opens(stack: &OwnStack, code: &str) -> bool {
    Code::open(code, &seal_keys(stack).await, Clock::system().now()).is_some()
}

/// The same text with another character at a place.
fn changed(text: &str, place: usize) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    let mut bytes = text.as_bytes().to_vec();
    let digit = DIGITS.iter().position(|digit| *digit == bytes[place]).unwrap();
    bytes[place] = DIGITS[digit ^ (1 << (place % 6))];
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_cookie_with_one_bit_flipped_anywhere_is_expired_and_a_code_is_none() {
    let provider = ScriptedProvider::start().await;
    let Some(stack) = stack(&provider, Clock::system()).await else { return };
    let flow = Flow::begin(&stack.api, "github").await;
    let (name, value) = flow.cookie.split_once('=').unwrap();
    let query = [("code", "code-1"), ("state", flow.state())];
    for place in 0..value.len() {
        let cookie = format!("{name}={}", changed(value, place));
        assert_eq!(error_of(&come_back(&stack.api, "github", &query, &cookie).await), "sign_in_expired", "{place}");
    }
    for cookie in [
        format!("{name}={value}A"),
        format!("{name}={}", value.replacen(char::is_alphanumeric, "", 1)),
        format!("{name}={value}{value}"),
    ] {
        assert_eq!(error_of(&come_back(&stack.api, "github", &query, &cookie).await), "sign_in_expired");
    }
    assert!(provider.take_calls().is_empty());

    let code = code_of(&flow.come_back(&stack.api).await);
    let keys = seal_keys(&stack).await;
    for place in 0..code.len() {
        assert!(Code::open(&changed(&code, place), &keys, Clock::system().now()).is_none(), "{place}");
    }
    assert!(opens(&stack, &code).await);
}

#[tokio::test]
async fn a_cookie_is_no_code_and_a_code_no_cookie() {
    let provider = ScriptedProvider::start().await;
    let Some(stack) = stack(&provider, Clock::system()).await else { return };
    let flow = Flow::begin(&stack.api, "github").await;
    let (name, value) = flow.cookie.split_once('=').unwrap();
    let code = code_of(&flow.come_back(&stack.api).await);
    assert!(opens(&stack, &code).await && !opens(&stack, value).await);
    let query = [("code", "code-1"), ("state", flow.state())];
    let answer = come_back(&stack.api, "github", &query, &format!("{name}={code}")).await;
    assert_eq!(error_of(&answer), "sign_in_expired");
}

#[tokio::test]
async fn the_same_sign_in_is_never_sealed_alike_and_shows_nobody() {
    let provider = ScriptedProvider::start().await;
    let Some(stack) = stack(&provider, Clock::system()).await else { return };
    let flow = Flow::begin(&stack.api, "github").await;
    let (one, other) = (code_of(&flow.come_back(&stack.api).await), code_of(&flow.come_back(&stack.api).await));
    assert_ne!(one, other);
    assert!((200..500).contains(&one.len()), "{}", one.len());
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes_to_the_millisecond() {
    let (provider, clock) = (ScriptedProvider::start().await, TestClock::standing_still());
    let Some(stack) = stack(&provider, clock.clock()).await else { return };
    let code = code_of(&Flow::begin(&stack.api, "github").await.come_back(&stack.api).await);
    let keys = seal_keys(&stack).await;
    clock.advance(Duration::from_millis(599_999));
    assert!(Code::open(&code, &keys, clock.clock().now()).is_some());
    clock.advance(Duration::from_millis(1));
    assert!(Code::open(&code, &keys, clock.clock().now()).is_none());
}

#[tokio::test]
async fn a_rotation_on_the_way_is_not_noticed() {
    let (provider, clock) = (ScriptedProvider::start().await, TestClock::standing_still());
    let Some(stack) = stack(&provider, clock.clock()).await else { return };
    let flow = Flow::begin(&stack.api, "github").await;
    let code = code_of(&flow.come_back(&stack.api).await);
    let later = clock.clock().now().after(Duration::from_hours(48));
    administration(&stack).rotate(Duration::from_hours(24), later).await.unwrap();
    assert!(opens(&stack, &code).await, "under the previous key");
    // The function reads the new set.
    clock.advance(Duration::from_secs(301));
    let code = code_of(&flow.come_back(&stack.api).await);
    assert!(opens(&stack, &code).await, "under the current key");
}

#[tokio::test]
async fn after_a_revocation_nothing_from_before_is_good() {
    let (provider, clock) = (ScriptedProvider::start().await, TestClock::standing_still());
    let Some(stack) = stack(&provider, clock.clock()).await else { return };
    let flow = Flow::begin(&stack.api, "github").await;
    let code = code_of(&flow.come_back(&stack.api).await);
    administration(&stack).revoke(clock.clock().now()).await.unwrap();
    assert!(!opens(&stack, &code).await);
    clock.advance(Duration::from_secs(301));
    assert_eq!(error_of(&flow.come_back(&stack.api).await), "sign_in_expired");
}
