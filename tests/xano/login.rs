use api_tests::{Person, own_stack, shared_api};
use serde_json::json;

use super::log_in;

#[tokio::test]
async fn the_right_password_gets_a_token_and_the_id() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let id = api.me(&token).await.json()["id"].clone();
    let body = log_in(&api, &person.login_body()).await.expect(200).json();
    assert_eq!(body, json!({"authToken": body["authToken"], "user_id": id}));
    let form = [("email", &person.email), ("password", &person.password)];
    let _ = api.send(api.post("/api:aB3/auth/login").form(&form)).await.expect(200);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_email_are_one_and_the_same_answer() {
    let api = shared_api();
    let (person, _token) = api.somebody().await;
    for login in [Person { password: Person::new().password, ..person }, Person::new()] {
        let answer = log_in(&api, &login.login_body()).await;
        let _ = answer.expect_xano_error(403, "ERROR_CODE_ACCESS_DENIED", "Invalid Credentials.", None);
    }
}

#[tokio::test]
async fn missing_fields_are_named() {
    let api = shared_api();
    let (code, person) = ("ERROR_CODE_INPUT_ERROR", Person::new());
    let answer = log_in(&api, &json!({"email": person.email})).await;
    let _ = answer.expect_xano_error(400, code, "Missing param: password", Some("password"));
    let answer = log_in(&api, &json!({})).await;
    let _ = answer.expect_xano_error(400, code, "Missing param: email", Some("email"));
}

#[tokio::test]
async fn without_dynamodb_it_is_fatal() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    stack.end_dynamodb();
    let answer = log_in(&stack.api, &Person::new().login_body()).await.expect(500);
    assert_eq!(answer.json()["code"], "ERROR_FATAL", "{answer:?}");
}
