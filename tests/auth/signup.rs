use std::time::Duration;

use api_tests::{Api, Person, own_stack, shared_api};
use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde_json::{Value, json};

use super::bodies;
use super::token_cookie::token_kept_in;

#[tokio::test]
async fn a_new_user_gets_a_token_and_is_known_by_it() {
    let api = shared_api();
    let person = Person::new();
    let answer = api.signup(&person).await.expect(201);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("set-cookie"), None);
    let token = answer.token();
    assert_eq!(answer.json(), json!({"authToken": token, "tokenType": "Bearer", "expiresIn": 86400}));

    let me = api.me(&token).await.expect(200).json();
    let expected = json!({
        "id": me["id"], "created_at": me["created_at"], "name": person.name, "email": person.email,
        "email_verified": false, "identities": [],
    });
    assert_eq!(me, expected);
    let now = shared::clock::Clock::system().now().as_millis();
    let created_at = me["created_at"].as_u64().unwrap();
    assert!(now.abs_diff(created_at) < 60_000, "{created_at} is not about {now}");
}

#[tokio::test]
async fn with_the_cookie_transport_the_token_is_out_of_reach_of_scripts() {
    let api = shared_api();
    let request = api.post("/auth/signup").header("x-token-transport", "cookie").json(&Person::new().signup_body());
    let answer = api.send(request).await.expect(201);
    let token = token_kept_in(&answer);
    let _ = api.me(&token).await.expect(200);
}

#[tokio::test]
async fn a_second_signup_with_the_same_email_is_409_and_changes_nothing() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let second = Person { email: person.email.to_uppercase(), name: "Mallory".to_owned(), ..Person::new() };
    let _ = api.signup(&second).await.expect_problem(409, "email_taken");
    let _ = api.login(&second).await.expect_problem(401, "invalid_credentials");
    let _ = api.login(&person).await.expect(200);
    assert_eq!(api.me(&token).await.expect(200).json()["name"], person.name.as_str());
}

#[tokio::test]
async fn of_fifty_racing_signups_for_one_email_exactly_one_wins() {
    let Some(stack) = own_stack() else { return racing_against_a_deployment().await };
    let stack = stack.start().await;
    let statuses = race(&stack.api).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 49, "{statuses:?}");
    for table in ["USERS_TABLE", "CREDENTIALS_TABLE"] {
        let items = stack.dynamodb.scan().table_name(stack.table(table)).send().await.unwrap();
        assert_eq!(items.count(), 1, "{table}");
    }
}

/// DynamoDB itself lets racing transactions collide, and who collided too often is asked to come back later.
async fn racing_against_a_deployment() {
    let statuses = race(&shared_api()).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 409, 503].contains(status)), "{statuses:?}");
}

async fn race(api: &Api) -> Vec<u16> {
    let person = Person::new();
    let (send_status, mut statuses) = tokio::sync::mpsc::unbounded_channel();
    let racers = (0..50).map(|racer| {
        let mine = Person { password: format!("{}-{racer}", person.password), ..person.clone() };
        let (url, send_status) = (api.url().to_owned(), send_status.clone());
        tokio::spawn(async move { send_status.send(Api::at(&url).signup(&mine).await.status).unwrap() })
    });
    let racers: Vec<_> = racers.collect();
    drop(send_status);
    for racer in racers {
        racer.await.unwrap();
    }
    let mut all = Vec::new();
    while let Some(status) = statuses.recv().await {
        all.push(status);
    }
    all
}

#[tokio::test]
async fn every_wrong_field_is_named_with_what_to_do() {
    let api = shared_api();
    let long = "x".repeat(129);
    for (body, expected) in [
        (json!({}), vec![("name", "required"), ("email", "required"), ("password", "required")]),
        (
            json!({"name": 1, "email": ["a"], "password": true}),
            vec![("name", "wrong_type"), ("email", "wrong_type"), ("password", "wrong_type")],
        ),
        (
            json!({"name": " ", "email": "nobody", "password": "short"}),
            vec![("name", "required"), ("email", "invalid_email"), ("password", "too_short")],
        ),
        (
            json!({"name": "x".repeat(101), "email": format!("{}@example.com", "x".repeat(250)), "password": long}),
            vec![("name", "too_long"), ("email", "too_long"), ("password", "too_long")],
        ),
        (
            json!({"name": "A\u{7}", "email": "ädä@example.com", "password": null}),
            vec![("name", "control_character"), ("email", "invalid_email"), ("password", "required")],
        ),
    ] {
        let answer = api.send(api.post("/auth/signup").json(&body)).await.expect_problem(422, "validation_failed");
        let expected: Vec<_> = expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
        assert_eq!(answer.wrong_fields(), expected, "{body}");
        assert!(answer.json()["errors"].as_array().unwrap().iter().all(|error| error["detail"].is_string()));
    }
}

#[tokio::test]
async fn a_guessable_password_is_refused_with_the_reason_in_words() {
    let api = shared_api();
    let person = Person::new();
    for (password, reason) in [
        ("password", "This is a top-10 common password."),
        ("qwertyuiop", "common password"),
        ("Grace Hopper", "easy to guess"),
        ("latchkey", "easy to guess"),
    ] {
        let body = json!({"name": person.name, "email": person.email, "password": password});
        let answer = api.send(api.post("/auth/signup").json(&body)).await.expect_problem(422, "validation_failed");
        assert_eq!(answer.wrong_fields(), [("password".to_owned(), "too_weak".to_owned())], "{password}");
        let detail = answer.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(reason) || detail.contains("Add another word"), "{password}: {detail}");
    }
    let _ = api.signup(&person).await.expect(201);
}

#[tokio::test]
async fn a_longer_minimum_can_be_configured() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("PASSWORD_MIN_LENGTH", "64").start().await;
    let answer = stack.api.signup(&Person::new()).await.expect_problem(422, "validation_failed");
    assert_eq!(answer.wrong_fields(), [("password".to_owned(), "too_short".to_owned())]);
    assert!(answer.text.contains("64"), "{answer:?}");
}

#[tokio::test]
async fn names_and_emails_are_trimmed_and_shown_in_their_normal_form() {
    let api = shared_api();
    let person = Person::new();
    let mut body = person.signup_body();
    body["name"] = "  Zoe\u{308} 🦀 ".into();
    body["email"] = format!(" {}\n", person.email.replace("example.com", "Example.COM")).into();
    let token = api.send(api.post("/auth/signup").json(&body)).await.expect(201).token();
    let me = api.me(&token).await.expect(200).json();
    assert_eq!(me["name"], "Zo\u{eb} 🦀");
    assert_eq!(me["email"], person.email.as_str());
}

#[tokio::test]
async fn unknown_members_and_a_stale_authorization_are_ignored() {
    let api = shared_api();
    let mut body = Person::new().signup_body();
    body["admin_user"] = true.into();
    body["id"] = "chosen".into();
    body["email_verified"] = true.into();
    let request = api.post("/auth/signup").bearer_auth("stale").json(&body);
    let me = api.me(&api.send(request).await.expect(201).token()).await.expect(200).json();
    let mut members: Vec<_> = me.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["created_at", "email", "email_verified", "id", "identities", "name"]);
    assert_ne!(me["id"], "chosen");
}

#[tokio::test]
async fn what_is_stored_is_an_argon2id_hash_and_an_unverified_email() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    let item = |table: &str| stack.dynamodb.scan().table_name(stack.table(table)).send();
    let credential = item("CREDENTIALS_TABLE").await.unwrap().items()[0].clone();
    assert_eq!(credential["email"], AttributeValue::S(person.email.to_lowercase()));
    let hash = credential["password_hash"].as_s().unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    let user = item("USERS_TABLE").await.unwrap().items()[0].clone();
    assert_eq!(user["email_verified"], AttributeValue::Bool(false));
    assert_eq!(user["id"], credential["user_id"]);
    assert!(!format!("{user:?}{credential:?}").contains(&person.password));
}

#[tokio::test]
async fn the_lifetime_of_tokens_is_configured() {
    let Some(stack) = own_stack() else { return };
    let clock = api_tests::TestClock::standing_still();
    let stack = stack.clock(clock.clock()).variable("TOKEN_LIFETIME_SECONDS", "900").start().await;
    let answer = stack.api.signup(&Person::new()).await.expect(201);
    assert_eq!(answer.json()["expiresIn"], 900);
    clock.advance(Duration::from_secs(899));
    let _ = stack.api.me(&answer.token()).await.expect(200);
    clock.advance(Duration::from_secs(1));
    let _ = stack.api.me(&answer.token()).await.expect_problem(401, "expired_token");
}

#[tokio::test]
async fn a_body_that_is_not_utf8_is_400() {
    bodies::a_body_that_is_not_utf8_is_400("/auth/signup").await;
}

#[tokio::test]
async fn bodies_headers_and_methods_follow_the_contract() {
    let api = shared_api();
    let path = "/auth/signup";
    bodies::a_malformed_body_is_400(&api, path).await;
    bodies::size_and_type_are_checked(&api, path, &Person::new().signup_body()).await;
    bodies::another_method_has_no_route(&api, path, &[Method::POST]).await;
    bodies::an_unknown_transport_is_400(&api, path, &Person::new().signup_body()).await;
}

#[tokio::test]
async fn pages_of_other_origins_are_403_and_those_of_listed_ones_are_not() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "https://app.example.com").start().await;
    bodies::a_foreign_origin_is_403(&stack.api, "/auth/signup").await;
    let from_the_app = stack.api.post("/auth/signup").header("origin", "https://app.example.com");
    let _ = stack.api.send(from_the_app.json(&Person::new().signup_body())).await.expect(201);
    let of_no_page: Value = Person::new().signup_body();
    let _ = stack.api.send(stack.api.post("/auth/signup").json(&of_no_page)).await.expect(201);
}
