use std::time::Duration;

use api_tests::{Api, Session, TestClock, claims_of, own_stack, shared_api};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::list;
use crate::auth::bodies;
use crate::auth::logout::{five_seconds_ahead, log_out};

const COOKIE: &str = "__Host-authToken";

/// A request that ends everything but this token.
fn others(api: &Api, token: &str) -> RequestBuilder {
    api.post("/auth/sessions/end").bearer_auth(token).json(&json!({"others": true}))
}

#[tokio::test]
async fn one_session_is_ended_by_its_owner_alone() {
    let api = shared_api();
    let (person, _token) = api.somebody().await;
    let (phone, laptop) = (Session::log_in(&api, &person).await, Session::log_in(&api, &person).await);
    let body = json!({"id": claims_of(&phone.access)["sid"]});
    let end = |token: &str| api.post("/auth/sessions/end").bearer_auth(token).json(&body);
    let (_somebody_else, other) = api.somebody().await;
    let _ = api.send(end(&other)).await.expect(204);
    let _ = api.me(&phone.access).await.expect(200);
    for _ in 0..2 {
        let _ = api.send(end(&laptop.access)).await.expect(204);
    }
    let _ = api.me(&phone.access).await.expect_problem(401, "invalid_token");
    let _ = phone.refresh(&api).await.expect_problem(401, "invalid_refresh_token");
    assert_eq!(list(&api, &laptop.access).await.len(), 1);
}

#[tokio::test]
async fn all_others_end_and_ones_own_stays() {
    let api = shared_api();
    let (person, alone) = api.somebody().await;
    let (phone, laptop) = (Session::log_in(&api, &person).await, Session::log_in(&api, &person).await);
    let end = |token: &str| others(&api, token);
    let _ = api.send(end(&laptop.access)).await.expect(204);
    for ended in [&alone, &phone.access] {
        let _ = api.me(ended).await.expect_problem(401, "invalid_token");
    }
    let _ = phone.refresh(&api).await.expect_problem(401, "invalid_refresh_token");
    let laptop = laptop.refreshed(&api).await;

    let alone = api.login(&person).await.expect(200).token();
    let _ = api.send(end(&alone)).await.expect(204);
    let _ = api.me(&laptop.access).await.expect_problem(401, "invalid_token");
    let _ = api.me(&alone).await.expect(200);
}

#[tokio::test]
async fn others_end_that_were_issued_while_the_user_was_read() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start_behind_proxy(None).await;
    let api = &stack.api;
    let (person, _token) = api.somebody().await;
    let own = Session::log_in(api, &person).await;
    let held = stack.proxy.hold_calls("GetItem", &stack.table("USERS_TABLE"), 1);
    let meanwhile = async {
        held.reached(1).await;
        clock.advance(Duration::from_secs(1));
        let meanwhile = api.login(&person).await.expect(200).token();
        held.release();
        meanwhile
    };
    let (ended, meanwhile) = tokio::join!(api.send(others(api, &own.access)), meanwhile);
    let _ = ended.expect(204);
    let _ = api.me(&meanwhile).await.expect_problem(401, "invalid_token");
    let _ = api.me(&own.access).await.expect(200);
}

#[tokio::test]
async fn others_end_that_a_clock_issued_which_is_known_to_be_ahead() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let api = &stack.api;
    let fast = five_seconds_ahead(&stack, &clock).await;
    let (person, _token) = api.somebody().await;
    let own = Session::log_in(api, &person).await;
    let [ended, other] = [fast.api.login(&person).await, fast.api.login(&person).await].map(|answer| answer.token());
    log_out(api, &ended).await;
    let _ = api.me(&other).await.expect(200);
    let _ = api.send(others(api, &own.access)).await.expect(204);
    let _ = api.me(&other).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn what_is_not_understood_is_refused() {
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    for (body, field, code) in [
        (json!({}), "id", "required"),
        (json!({"others": false}), "id", "required"),
        (json!({"id": "mine"}), "id", "invalid_session_id"),
        (json!({"id": 1}), "id", "wrong_type"),
        (json!({"others": "all"}), "others", "wrong_type"),
    ] {
        let answer = api.send(api.post("/auth/sessions/end").bearer_auth(&token).json(&body)).await.expect(422);
        assert_eq!(answer.wrong_fields(), [(field.to_owned(), code.to_owned())], "{body}");
    }
    let others = || api.post("/auth/sessions/end").json(&json!({"others": true}));
    let _ = api.send(others()).await.expect_problem(401, "missing_token");
    let by_cookie = others().header("cookie", format!("{COOKIE}={token}"));
    let _ = api.send(by_cookie).await.expect_problem(400, "token_transport_required");
    let _ = api.me(&token).await.expect(200);
    bodies::another_method_has_no_route(&api, "/auth/sessions/end", &[Method::POST]).await;
}

#[tokio::test]
async fn pages_of_other_origins_cannot_end_sessions() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "https://app.example.com").start().await;
    bodies::a_foreign_origin_is_403(&stack.api, "/auth/sessions/end").await;
}
