use std::time::Duration;

use api_tests::{
    Answer, Api, OwnStack, Session, TestClock, claims_of, own_stack, set_cookie_of, set_cookies_of, shared_api,
};
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::bodies;

const COOKIE: &str = "__Host-authToken";
const REFRESH_COOKIE: &str = "__Host-refreshToken";

fn everywhere() -> Value {
    json!({"everywhere": true})
}

/// Ends this token and no other.
pub(crate) async fn log_out(api: &Api, token: &str) {
    let _ = api.send(api.post("/auth/logout").bearer_auth(token)).await.expect(204);
}

/// A stack over the same tables whose clock is ahead.
pub(crate) async fn five_seconds_ahead(stack: &OwnStack, clock: &TestClock) -> OwnStack {
    let ahead = TestClock::standing_still_at(clock.clock().now().as_millis() + 5000);
    own_stack().unwrap().clock(ahead.clock()).beside(stack).variable("ISSUER", stack.api.url()).start().await
}

fn assert_clears_the_cookies(answer: &Answer) {
    let cookies = set_cookies_of(answer);
    for ((name, value, attributes), (expected, same_site)) in
        cookies.iter().zip([(COOKIE, "samesite=lax"), (REFRESH_COOKIE, "samesite=strict")])
    {
        assert_eq!((name.as_str(), value.as_str()), (expected, ""));
        assert_eq!(attributes, &["httponly", "max-age=0", "path=/", same_site, "secure"]);
    }
    assert_eq!(cookies.len(), 2);
}

#[tokio::test]
async fn a_plain_logout_needs_nothing() {
    let api = shared_api();
    for request in [
        api.post("/auth/logout"),
        api.post("/auth/logout").bearer_auth("forged"),
        api.post("/auth/logout").json(&json!({})),
        api.post("/auth/logout").json(&json!({"everywhere": false, "other": 1})),
        api.post("/auth/logout").json(&json!({"refreshToken": "lkr1.forged"})),
        api.post("/auth/logout").json(&json!({"refreshToken": null})),
        api.post("/auth/logout").header("cookie", format!("{REFRESH_COOKIE}=forged")),
    ] {
        let answer = api.send(request).await.expect(204);
        assert_eq!((answer.text.as_str(), answer.header("set-cookie")), ("", None));
    }
}

#[tokio::test]
async fn a_logout_ends_the_token_that_it_presents_and_no_other() {
    let api = shared_api();
    let (person, first) = api.somebody().await;
    let second = api.login(&person).await.expect(200).token();
    for _ in 0..2 {
        let _ = api.send(api.post("/auth/logout").bearer_auth(&first)).await.expect(204);
    }
    let _ = api.me(&first).await.expect_problem(401, "invalid_token");
    let _ = api.me(&second).await.expect(200);
}

#[tokio::test]
async fn a_logout_by_cookie_takes_the_header_that_only_a_page_of_ours_can_send() {
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    let by_cookie = |api: &Api| api.post("/auth/logout").header("cookie", format!("{COOKIE}={token}"));
    let _ = api.send(by_cookie(&api)).await.expect(204);
    let _ = api.me(&token).await.expect(200);
    let _ = api.send(by_cookie(&api).header("x-token-transport", "cookie")).await.expect(204);
    let _ = api.me(&token).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_logout_ends_the_session_of_what_it_presents() {
    let api = shared_api();
    let (person, _token) = api.somebody().await;
    let other = Session::log_in(&api, &person).await;
    let by_cookies = |session: &Session| {
        let cookies = format!("{COOKIE}=gone; {REFRESH_COOKIE}={}", session.refresh);
        api.post("/auth/logout").header("x-token-transport", "cookie").header("cookie", cookies)
    };
    let ways: [&dyn Fn(&Session) -> reqwest::RequestBuilder; 3] = [
        &|session| api.post("/auth/logout").bearer_auth(&session.access),
        &|session| api.post("/auth/logout").json(&json!({"refreshToken": session.refresh})),
        &by_cookies,
    ];
    for way in ways {
        let session = Session::log_in(&api, &person).await;
        let _ = api.send(way(&session)).await.expect(204);
        let _ = api.me(&session.access).await.expect_problem(401, "invalid_token");
        let _ = session.refresh(&api).await.expect_problem(401, "invalid_refresh_token");
        let _ = api.send(way(&session)).await.expect(204);
    }
    let _ = api.me(&other.access).await.expect(200);
    let _ = other.refresh(&api).await.expect(200);
}

#[tokio::test]
async fn a_logout_by_an_expired_token_ends_its_session() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).variable("ACCESS_SECONDS", "60").start().await;
    let (person, alone) = stack.api.somebody().await;
    let session = Session::log_in(&stack.api, &person).await;
    clock.advance(Duration::from_mins(1));
    let _ = stack.api.me(&session.access).await.expect_problem(401, "expired_token");
    let _ = stack.api.send(stack.api.post("/auth/logout").bearer_auth(&session.access)).await.expect(204);
    let _ = session.refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");
    let _ = stack.api.me(&alone).await.expect(200);
}

#[tokio::test]
async fn so_many_single_logouts_end_every_token_without_a_session() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let api = &stack.api;
    let (person, kept) = api.somebody().await;
    let session = Session::log_in(api, &person).await;
    clock.advance(Duration::from_secs(1));
    for _ in 0..10 {
        let token = api.login(&person).await.expect(200).token();
        let _ = api.send(api.post("/auth/logout").bearer_auth(&token)).await.expect(204);
        let _ = api.me(&token).await.expect_problem(401, "invalid_token");
        let _ = api.me(&kept).await.expect(200);
    }
    let eleventh = api.login(&person).await.expect(200).token();
    let _ = api.send(api.post("/auth/logout").bearer_auth(&eleventh)).await.expect(204);
    for ended in [&eleventh, &kept] {
        let _ = api.me(ended).await.expect_problem(401, "invalid_token");
    }
    let _ = api.me(&session.access).await.expect(200);

    // Once they have expired by themselves, there is room again.
    clock.advance(Duration::from_hours(25));
    let (first, second) = (api.login(&person).await.expect(200).token(), api.login(&person).await.expect(200).token());
    let _ = api.send(api.post("/auth/logout").bearer_auth(&first)).await.expect(204);
    let _ = api.me(&first).await.expect_problem(401, "invalid_token");
    let _ = api.me(&second).await.expect(200);
    let users = stack.items("USERS_TABLE").await;
    let Some(AttributeValue::M(ended)) = users[0].get("ended") else { panic!("{users:?}") };
    assert_eq!(ended.keys().collect::<Vec<_>>(), [claims_of(&first)["jti"].as_str().unwrap()]);
}

#[tokio::test]
async fn everywhere_ends_sessions_too_and_takes_a_refresh_token() {
    let api = shared_api();
    let (person, alone) = api.somebody().await;
    let (one, other) = (Session::log_in(&api, &person).await, Session::log_in(&api, &person).await);
    let body = json!({"everywhere": true, "refreshToken": one.refresh});
    let _ = api.send(api.post("/auth/logout").json(&body)).await.expect(204);
    for ended in [&alone, &one.access, &other.access] {
        let _ = api.me(ended).await.expect_problem(401, "invalid_token");
    }
    for ended in [&one, &other] {
        let _ = ended.refresh(&api).await.expect_problem(401, "invalid_refresh_token");
    }
    // The token of an ended session ends nothing any more.
    let _ = api.send(api.post("/auth/logout").json(&body)).await.expect_problem(401, "missing_token");
}

#[tokio::test]
async fn with_the_cookie_transport_the_cookie_is_cleared() {
    let api = shared_api();
    let answer = api.send(api.post("/auth/logout").header("x-token-transport", "cookie")).await.expect(204);
    assert_clears_the_cookies(&answer);
}

#[tokio::test]
async fn everywhere_ends_every_token_so_far_and_none_that_comes_after() {
    let api = shared_api();
    let (person, first) = api.somebody().await;
    let (_somebody_else, other) = api.somebody().await;
    let second = api.login(&person).await.expect(200).token();
    let _ = api.send(api.post("/auth/logout").bearer_auth(&second).json(&everywhere())).await.expect(204);
    let third = api.login(&person).await.expect(200).token();
    for ended in [&first, &second] {
        let _ = api.me(ended).await.expect_problem(401, "invalid_token");
        let again = api.post("/auth/logout").bearer_auth(ended).json(&everywhere());
        let _ = api.send(again).await.expect_problem(401, "invalid_token");
    }
    let _ = api.me(&third).await.expect(200);
    let _ = api.me(&other).await.expect(200);
}

#[tokio::test]
async fn everywhere_takes_a_valid_token() {
    let api = shared_api();
    let _ = api.send(api.post("/auth/logout").json(&everywhere())).await.expect_problem(401, "missing_token");
    let forged = api.post("/auth/logout").bearer_auth("forged").json(&everywhere());
    let _ = api.send(forged).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn everywhere_by_cookie_takes_the_header_that_only_a_page_of_ours_can_send() {
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    let by_cookie =
        |api: &Api| api.post("/auth/logout").header("cookie", format!("{COOKIE}={token}")).json(&everywhere());
    let _ = api.send(by_cookie(&api)).await.expect_problem(400, "token_transport_required");
    let by_body = by_cookie(&api).header("x-token-transport", "body");
    let _ = api.send(by_body).await.expect_problem(400, "token_transport_required");
    let _ = api.me(&token).await.expect(200);
    let answer = api.send(by_cookie(&api).header("x-token-transport", "cookie")).await.expect(204);
    assert_clears_the_cookies(&answer);
    let _ = api.me(&token).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn what_is_not_understood_is_refused() {
    let api = shared_api();
    for body in [json!({"everywhere": "true"}), json!({"everywhere": 1}), json!({"everywhere": null})] {
        let answer = api.send(api.post("/auth/logout").json(&body)).await.expect_problem(422, "validation_failed");
        assert_eq!(answer.wrong_fields(), [("everywhere".to_owned(), "wrong_type".to_owned())]);
    }
    let form = api.post("/auth/logout").header("content-type", "application/x-www-form-urlencoded");
    let _ = api.send(form.body("everywhere=true")).await.expect_problem(415, "unsupported_media_type");
    let twice = api.post("/auth/logout").header("content-type", "application/json");
    let twice = twice.body(r#"{"everywhere":false,"everywhere":true}"#);
    let _ = api.send(twice).await.expect_problem(400, "malformed_body");
    let _ = api
        .send(api.post("/auth/logout").header("x-token-transport", "smoke"))
        .await
        .expect_problem(400, "unknown_token_transport");
    bodies::another_method_has_no_route(&api, "/auth/logout", &[Method::POST]).await;
}

#[tokio::test]
async fn pages_of_other_origins_cannot_log_anybody_out() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "https://app.example.com").start().await;
    bodies::a_foreign_origin_is_403(&stack.api, "/auth/logout").await;
}

#[tokio::test]
async fn the_plain_cookie_is_for_one_browser_on_localhost() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.plain_cookie().start().await;
    let (person, _token) = stack.api.somebody().await;
    let login = stack.api.post("/auth/login").header("x-token-transport", "cookie").json(&person.login_body());
    let (name, token, attributes) = set_cookie_of(&stack.api.send(login).await.expect(200));
    assert_eq!(name, "authToken");
    assert_eq!(attributes, ["httponly", "max-age=86400", "path=/", "samesite=lax"]);
    let _ = stack.api.send(stack.api.get("/auth/me").header("cookie", format!("authToken={token}"))).await.expect(200);
}

#[tokio::test]
async fn single_logouts_at_once_end_no_other_token() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let api = &stack.api;
    let (person, _token) = api.somebody().await;
    // At first nothing was ever ended; a day later what was has expired and gives way.
    for ended_before in [2, 0] {
        let kept = api.login(&person).await.expect(200).token();
        clock.advance(Duration::from_secs(1));
        let tokens = join_all((0..8).map(|_| api.login(&person))).await;
        let tokens: Vec<_> = tokens.into_iter().map(|answer| answer.expect(200).token()).collect();
        let _ = join_all(tokens.iter().map(|token| log_out(api, token))).await;
        for ended in &tokens {
            let _ = api.me(ended).await.expect_problem(401, "invalid_token");
        }
        let _ = api.me(&kept).await.expect(200);
        for _ in 0..ended_before {
            log_out(api, &api.login(&person).await.expect(200).token()).await;
        }
        clock.advance(Duration::from_hours(25));
    }
}

#[tokio::test]
async fn after_too_many_single_logouts_the_count_begins_again() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let api = &stack.api;
    let (person, _token) = api.somebody().await;
    for _ in 0..11 {
        log_out(api, &api.login(&person).await.expect(200).token()).await;
    }
    clock.advance(Duration::from_secs(1));
    let (one, other) = (api.login(&person).await.expect(200).token(), api.login(&person).await.expect(200).token());
    log_out(api, &one).await;
    let _ = api.me(&one).await.expect_problem(401, "invalid_token");
    let _ = api.me(&other).await.expect(200);
}

#[tokio::test]
async fn logging_out_tokens_that_everywhere_has_ended_ends_no_other() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let api = &stack.api;
    let (person, first) = api.somebody().await;
    let mut dead = vec![first];
    for _ in 0..10 {
        dead.push(api.login(&person).await.expect(200).token());
    }
    let _ = api.send(api.post("/auth/logout").bearer_auth(&dead[0]).json(&everywhere())).await.expect(204);
    clock.advance(Duration::from_secs(1));
    let fresh = api.login(&person).await.expect(200).token();
    for token in &dead {
        log_out(api, token).await;
    }
    let _ = api.me(&fresh).await.expect(200);
    assert!(!stack.items("USERS_TABLE").await[0].contains_key("ended"));
}

#[tokio::test]
async fn forgetting_single_logouts_brings_no_token_of_a_fast_clock_back() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let api = &stack.api;
    let fast = five_seconds_ahead(&stack, &clock).await;
    let (person, _token) = api.somebody().await;
    let early = fast.api.login(&person).await.expect(200).token();
    log_out(api, &early).await;
    for _ in 0..10 {
        log_out(api, &api.login(&person).await.expect(200).token()).await;
    }
    let _ = api.me(&early).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn the_refresh_token_of_an_expired_session_does_not_log_out_everywhere() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let (person, _token) = stack.api.somebody().await;
    // 15 days without a refresh are too many, and so are 31 in all.
    for days in [15, 31] {
        let old = Session::log_in(&stack.api, &person).await;
        clock.advance(Duration::from_hours(days * 24));
        let new = Session::log_in(&stack.api, &person).await;
        let body = json!({"everywhere": true, "refreshToken": old.refresh});
        let logout = stack.api.send(stack.api.post("/auth/logout").json(&body)).await;
        let _ = logout.expect_problem(401, "missing_token");
        let _ = new.refresh(&stack.api).await.expect(200);
    }
}

#[tokio::test]
async fn everywhere_ends_what_was_issued_and_logged_out_while_it_read() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start_behind_proxy(None).await;
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let held = stack.proxy.hold_calls("GetItem", &stack.table("USERS_TABLE"), 1);
    let meanwhile = async {
        held.reached(1).await;
        clock.advance(Duration::from_secs(1));
        let meanwhile = api.login(&person).await.expect(200).token();
        log_out(api, &meanwhile).await;
        held.release();
        meanwhile
    };
    let logout = api.send(api.post("/auth/logout").bearer_auth(&token).json(&everywhere()));
    let (logout, meanwhile) = tokio::join!(logout, meanwhile);
    let _ = logout.expect(204);
    let _ = api.me(&meanwhile).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn everywhere_ends_the_token_that_a_fast_clock_issued() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let fast = five_seconds_ahead(&stack, &clock).await;
    let (person, _token) = stack.api.somebody().await;
    let token = fast.api.login(&person).await.expect(200).token();
    let _ = stack.api.me(&token).await.expect(200);
    let _ = stack.api.send(stack.api.post("/auth/logout").bearer_auth(&token).json(&everywhere())).await.expect(204);
    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
}
