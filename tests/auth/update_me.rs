//! `PATCH /auth/me`.

use api_tests::{claims_of, own_stack, shared_api};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn the_response_is_what_me_shows_from_then_on() {
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    let before = api.me(&token).await.expect(200).json();
    let after = api.update_me(&token, &json!({"name": "  Ada Lovelace ", "email": "x@example.com"})).await;
    let after = after.expect(200).json();
    assert_eq!(after, api.me(&token).await.expect(200).json());
    assert_eq!(after["name"], "Ada Lovelace");
    let other_than_the_name = |mut user: Value| user.as_object_mut().unwrap().remove("name").map(|_name| user);
    assert_eq!(other_than_the_name(after), other_than_the_name(before));
}

#[tokio::test]
async fn a_name_is_as_at_sign_up_and_never_taken_away() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let long = "a".repeat(101);
    for (body, code) in [
        (json!({}), "required"),
        (json!({"name": null}), "required"),
        (json!({"name": " \u{200b}"}), "required"),
        (json!({"name": long}), "too_long"),
        (json!({"name": "a\nb"}), "control_character"),
        (json!({"name": 1}), "wrong_type"),
    ] {
        let answer = api.update_me(&token, &body).await.expect_problem(422, "validation_failed");
        assert_eq!(answer.wrong_fields(), [("name".to_owned(), code.to_owned())], "{body}");
    }
    assert_eq!(api.me(&token).await.expect(200).json()["name"], person.name.as_str());
}

#[tokio::test]
async fn it_takes_a_good_token_and_in_a_cookie_the_header_that_only_a_page_of_ours_can_send() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let patch = || api.request(Method::PATCH, "/auth/me").json(&json!({"name": "Ada"}));
    let _ = api.send(patch()).await.expect_problem(401, "missing_token");
    let by_cookie = || patch().header("cookie", format!("__Host-authToken={token}"));
    let _ = api.send(by_cookie()).await.expect_problem(400, "token_transport_required");
    let foreign = by_cookie().header("x-token-transport", "cookie").header("origin", "https://evil.example");
    let status = api.send(foreign).await.status;
    // The stack of `cargo dev` allows every origin; a deployment lists its own.
    assert!([200, 403].contains(&status), "{status}");
    let _ = api.send(by_cookie().header("x-token-transport", "cookie")).await.expect(200);
    assert_eq!(api.login(&person).await.expect(200).status, 200);
}

#[tokio::test]
async fn a_page_of_another_origin_changes_nothing() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "https://app.example.com").start().await;
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let foreign = |method, path| api.request(method, path).bearer_auth(&token).header("origin", "https://evil.example");
    for (method, path) in
        [(Method::PATCH, "/auth/me"), (Method::POST, "/auth/password/change"), (Method::POST, "/auth/account/delete")]
    {
        let body = json!({"name": "Eve", "password": person.password, "newPassword": format!("{}-2", person.password)});
        let _ = api.send(foreign(method, path).json(&body)).await.expect_problem(403, "origin_not_allowed");
    }
    assert_eq!(api.me(&token).await.expect(200).json()["name"], person.name.as_str());
    let _ = api.login(&person).await.expect(200);
}

/// The user is deleted between the look at the token and the write.
#[tokio::test]
async fn a_user_who_is_deleted_meanwhile_is_not_brought_back() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let held = stack.proxy.hold_next("UpdateItem");
    let delete = async {
        held.reached(1).await;
        let users = stack.table("USERS_TABLE");
        let id = aws_sdk_dynamodb::types::AttributeValue::S(claims_of(&token)["sub"].as_str().unwrap().to_owned());
        let direct = stack.proxy.target().client();
        direct.delete_item().table_name(&users).key("id", id).send().await.unwrap();
        held.release();
        direct.scan().table_name(users)
    };
    let body = json!({"name": "Ada"});
    let (renamed, users) = tokio::join!(api.update_me(&token, &body), delete);
    let _ = renamed.expect_problem(401, "invalid_token");
    assert_eq!(users.send().await.unwrap().count(), 0, "{}", person.email);
}
