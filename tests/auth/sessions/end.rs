use api_tests::{Session, claims_of, own_stack, shared_api};
use reqwest::Method;
use serde_json::json;

use super::list;
use crate::auth::bodies;

const COOKIE: &str = "__Host-authToken";

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
    let end = |token: &str| api.post("/auth/sessions/end").bearer_auth(token).json(&json!({"others": true}));
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
    bodies::another_method_has_no_route(&api, "/auth/sessions/end", &Method::POST).await;
}

#[tokio::test]
async fn pages_of_other_origins_cannot_end_sessions() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "https://app.example.com").start().await;
    bodies::a_foreign_origin_is_403(&stack.api, "/auth/sessions/end").await;
}
