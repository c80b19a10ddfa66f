use api_tests::{Person, own_stack, shared_api};
use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde_json::json;

use super::bodies;
use super::token_cookie::token_kept_in;

#[tokio::test]
async fn the_right_password_gets_a_new_token() {
    let api = shared_api();
    let (person, first) = api.somebody().await;
    let answer = api.login(&person).await.expect(200);
    let token = answer.token();
    assert_eq!(answer.json(), json!({"authToken": token, "tokenType": "Bearer", "expiresIn": 86400}));
    assert_ne!(token, first);
    assert_eq!(api.me(&token).await.expect(200).json(), api.me(&first).await.expect(200).json());
}

#[tokio::test]
async fn the_email_address_is_taken_in_any_case_and_the_password_in_any_unicode_form() {
    let api = shared_api();
    let mut person = Person::new();
    person.password.push_str("Zo\u{eb}");
    let _ = api.signup(&person).await.expect(201);
    person.email = person.email.to_uppercase();
    person.password = person.password.replace('\u{eb}', "e\u{308}");
    let _ = api.login(&person).await.expect(200);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_email_get_one_and_the_same_answer() {
    let api = shared_api();
    let (person, _token) = api.somebody().await;
    let wrong = api.login(&Person { password: Person::new().password, ..person }).await;
    let unknown = api.login(&Person::new()).await;
    let wrong = wrong.expect_problem(401, "invalid_credentials");
    assert_eq!(wrong.header("www-authenticate"), Some("Bearer"));
    assert_eq!((wrong.status, &wrong.text), (unknown.status, &unknown.text));
    let names = |answer: &api_tests::Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("date");
        headers.remove("apigw-requestid");
        headers
    };
    assert_eq!(names(&wrong), names(&unknown));
}

#[tokio::test]
async fn with_the_cookie_transport_the_token_is_out_of_reach_of_scripts() {
    let api = shared_api();
    let (person, _token) = api.somebody().await;
    let request = api.post("/auth/login").header("X-Token-Transport", "Cookie").json(&person.login_body());
    let answer = api.send(request).await.expect(200);
    let token = token_kept_in(&answer);
    let _ = api.me(&token).await.expect(200);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let api = shared_api();
    for (body, expected) in [
        (json!({}), vec![("email", "required"), ("password", "required")]),
        (json!({"email": 1, "password": {}}), vec![("email", "wrong_type"), ("password", "wrong_type")]),
        (
            json!({"email": "nobody", "password": "x".repeat(129)}),
            vec![("email", "invalid_email"), ("password", "too_long")],
        ),
    ] {
        let answer = api.send(api.post("/auth/login").json(&body)).await.expect_problem(422, "validation_failed");
        let expected: Vec<_> = expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
        assert_eq!(answer.wrong_fields(), expected, "{body}");
    }
}

#[tokio::test]
async fn a_password_that_no_new_account_could_have_is_just_wrong() {
    let api = shared_api();
    let (person, _token) = api.somebody().await;
    for password in ["", "a", "password"] {
        let attempt = Person { password: password.to_owned(), ..person.clone() };
        let _ = api.login(&attempt).await.expect_problem(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn a_hash_with_other_parameters_is_replaced_at_the_next_login() {
    let Some(before) = own_stack() else { return };
    let before = before.start().await;
    let (person, _token) = before.api.somebody().await;
    let hash = async || {
        let credentials = before.dynamodb.scan().table_name(before.table("CREDENTIALS_TABLE")).send().await.unwrap();
        credentials.items()[0]["password_hash"].as_s().unwrap().clone()
    };
    let old = hash().await;
    let after = own_stack().unwrap().beside(&before).variable("ARGON2_MEMORY_KIB", "20480");
    let after = after.start().await;
    let _ = after.api.login(&Person { password: Person::new().password, ..person.clone() }).await.expect(401);
    assert_eq!(hash().await, old, "a wrong password must not replace the hash");
    let _ = after.api.login(&person).await.expect(200);
    let new = hash().await;
    assert!(new.starts_with("$argon2id$v=19$m=20480,t=2,p=1$"), "{new}");
    let _ = after.api.login(&person).await.expect(200);
    assert_eq!(hash().await, new, "a current hash must stay");
}

#[tokio::test]
async fn a_hash_that_cannot_be_read_is_500_and_not_401() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    let email = AttributeValue::S(person.email.to_lowercase());
    let update = stack.dynamodb.update_item().table_name(stack.table("CREDENTIALS_TABLE")).key("email", email);
    let update = update.update_expression("SET password_hash = :hash");
    update.expression_attribute_values(":hash", AttributeValue::S("damaged".to_owned())).send().await.unwrap();
    let answer = stack.api.login(&person).await.expect_problem(500, "internal_error");
    assert_eq!(answer.json()["requestId"].as_str(), answer.header("apigw-requestid"), "{answer:?}");
    assert!(!answer.text.contains("hash"), "the cause belongs into the log: {answer:?}");
}

#[tokio::test]
async fn a_body_that_is_not_utf8_is_400() {
    bodies::a_body_that_is_not_utf8_is_400("/auth/login").await;
}

#[tokio::test]
async fn bodies_headers_and_methods_follow_the_contract() {
    let api = shared_api();
    let path = "/auth/login";
    let (person, _token) = api.somebody().await;
    bodies::a_malformed_body_is_400(&api, path).await;
    bodies::size_and_type_are_checked(&api, path, &person.login_body()).await;
    bodies::another_method_has_no_route(&api, path, &[Method::POST]).await;
    bodies::an_unknown_transport_is_400(&api, path, &person.login_body()).await;
    let stale = api.post(path).bearer_auth("stale").json(&person.login_body());
    let _ = api.send(stale).await.expect(200);
}

#[tokio::test]
async fn pages_of_other_origins_are_403() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "https://app.example.com").start().await;
    bodies::a_foreign_origin_is_403(&stack.api, "/auth/login").await;
}
