use std::time::Duration;

use api_tests::{TestClock, own_stack, shared_api};
use serde_json::json;

const UNAUTHORIZED: &str = "ERROR_CODE_UNAUTHORIZED";

#[tokio::test]
async fn the_user_is_shown_with_the_address_in_lower_case() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let ours = api.me(&token).await.json();
    let me = api.send(api.get("/api:aB3/auth/me").bearer_auth(&token)).await.expect(200).json();
    let email = person.email.to_lowercase();
    assert_eq!(me, json!({"id": ours["id"], "created_at": ours["created_at"], "name": person.name, "email": email}));
}

#[tokio::test]
async fn each_fault_of_a_token_has_xanos_words() {
    let api = shared_api();
    let me = || api.get("/api:aB3/auth/me");
    let missing = api.send(me()).await;
    let _ = missing.expect_xano_error(401, UNAUTHORIZED, "Unauthorized - Authentication Required", None);
    let bad = api.send(me().bearer_auth("forged")).await;
    let _ = bad.expect_xano_error(401, UNAUTHORIZED, "Invalid token.", None);
}

#[tokio::test]
async fn an_expired_token_is_told_apart() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let (_person, token) = stack.api.somebody().await;
    clock.advance(Duration::from_hours(24));
    let answer = stack.api.send(stack.api.get("/api:aB3/auth/me").bearer_auth(&token)).await;
    let _ = answer.expect_xano_error(401, UNAUTHORIZED, "This token is expired.", None);
}

#[tokio::test]
async fn xanos_own_header_wins_and_can_stand_alone() {
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    let me = || api.get("/api:aB3/auth/me");
    let _ = api.send(me().header("x-xano-authorization", &token)).await.expect(200);
    let _ = api.send(me().header("x-xano-authorization", format!("Bearer {token}"))).await.expect(200);
    let _ = api.send(me().header("x-xano-authorization", &token).bearer_auth("forged")).await.expect(200);
    let _ = api.send(me().header("x-xano-authorization", "forged").bearer_auth(&token)).await.expect(401);
    let _ = api.send(me().header("x-xano-authorization-only", "true").bearer_auth(&token)).await.expect(401);
    let _ = api.send(me().header("x-xano-authorization-only", "false").bearer_auth(&token)).await.expect(200);
}

#[tokio::test]
async fn no_cookie_is_read() {
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    let me = api.get("/api:aB3/auth/me").header("cookie", format!("__Host-authToken={token}"));
    let _ = api.send(me).await.expect(401);
}
