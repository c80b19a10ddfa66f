mod end;

use api_tests::{Fault, Session, claims_of, own_stack, shared_api};
use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde_json::Value;

use super::bodies;

/// The sessions that the owner of a token sees.
async fn list(api: &api_tests::Api, token: &str) -> Vec<Value> {
    let sessions = api.send(api.get("/auth/sessions").bearer_auth(token)).await.expect(200).json();
    sessions["sessions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_user_sees_their_own_sessions() {
    let api = shared_api();
    let (person, alone) = api.somebody().await;
    assert!(list(&api, &alone).await.is_empty());
    let agent = format!("Phone \u{e9} {}", "x".repeat(100));
    let phone = Session::log_in_from(&api, &person, &agent).await;
    let laptop = Session::log_in_from(&api, &person, "Laptop/1").await;
    let listed = list(&api, &laptop.access).await;
    let devices: Vec<_> = listed.iter().map(|session| session["device"].as_str().unwrap()).collect();
    assert!(devices.contains(&"Laptop/1") && devices.iter().all(|device| device.len() <= 64), "{devices:?}");
    let current: Vec<_> = listed.iter().filter(|session| session["current"] == true).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0]["id"], claims_of(&laptop.access)["sid"]);
    assert_eq!(current[0]["device"], "Laptop/1");

    let (_somebody_else, other) = api.somebody().await;
    assert!(list(&api, &other).await.is_empty());
    let _ = api.send(api.get("/auth/sessions")).await.expect_problem(401, "missing_token");
    let _ = api.send(api.get("/auth/sessions").bearer_auth(&phone.refresh)).await.expect_problem(401, "invalid_token");
    bodies::another_method_has_no_route(&api, "/auth/sessions", &[Method::GET]).await;
}

#[tokio::test]
async fn there_are_at_most_ten_and_the_longest_unused_gives_way() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    let device = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
    let mut sessions = Vec::new();
    for _ in 0..10 {
        sessions.push(Session::log_in_from(&stack.api, &person, device).await);
    }
    let used = sessions[0].refreshed(&stack.api).await;
    let newest = Session::log_in_from(&stack.api, &person, device).await;
    assert_eq!(list(&stack.api, &newest.access).await.len(), 10);
    let _ = used.refresh(&stack.api).await.expect(200);
    let _ = sessions[1].refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");

    // With every session and every single ended token, one read unit still reads the user.
    for _ in 0..10 {
        let token = stack.api.login(&person).await.expect(200).token();
        let _ = stack.api.send(stack.api.post("/auth/logout").bearer_auth(&token)).await.expect(204);
    }
    let users = stack.items("USERS_TABLE").await;
    let bytes: usize = users[0].iter().map(|(name, value)| name.len() + size_of(value)).sum();
    assert!((2000..4096).contains(&bytes), "{bytes}");
}

#[tokio::test]
async fn a_login_whose_response_dynamodb_loses_ends_no_session_too_many() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    for (before, in_the_write) in [(9, ":new"), (10, "#gone0")] {
        let (person, _token) = stack.api.somebody().await;
        let mut sessions = Vec::new();
        for _ in 0..before {
            sessions.push(Session::log_in(&stack.api, &person).await);
        }
        stack.proxy.fail_call(("UpdateItem", in_the_write), 1, Fault::LoseAnswer);
        let new = Session::log_in(&stack.api, &person).await;
        stack.proxy.heal();
        let mut left = 0;
        for session in &sessions {
            left += usize::from(session.refresh(&stack.api).await.status == 200);
        }
        assert_eq!(left, 9, "of {before}");
        let _ = new.refresh(&stack.api).await.expect(200);
    }
}

#[tokio::test]
async fn more_sessions_than_there_may_be_give_way_to_a_new_one() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, token) = stack.api.somebody().await;
    for replaces in [false, true] {
        let mut sessions = Vec::new();
        for _ in 0..10 {
            sessions.push(Session::log_in(&stack.api, &person).await);
        }
        // A later version allowed twelve.
        let users = stack.items("USERS_TABLE").await;
        let oldest = &users[0]["sessions"].as_m().unwrap()[claims_of(&sessions[0].access)["sid"].as_str().unwrap()];
        for id in ["A", "B"].map(|letter| letter.repeat(22)) {
            let update = stack.dynamodb.update_item().table_name(stack.table("USERS_TABLE"));
            let update = update.key("id", users[0]["id"].clone()).update_expression("SET sessions.#id = :oldest");
            let update = update.expression_attribute_names("#id", id);
            update.expression_attribute_values(":oldest", oldest.clone()).send().await.unwrap();
        }
        let mut body = person.login_body();
        body["refresh"] = true.into();
        let login = stack.api.post("/auth/login").json(&body);
        let login = if replaces { login.bearer_auth(&sessions[9].access) } else { login };
        let new = Session::of(&stack.api.send(login).await.expect(200));
        assert_eq!(list(&stack.api, &token).await.len(), 10);
        let _ = new.refresh(&stack.api).await.expect(200);
        let last = sessions[9].refresh(&stack.api).await;
        assert_eq!(last.status, if replaces { 401 } else { 200 });
    }
}

/// The size of a value as DynamoDB counts it.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
fn size_of(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len() / 2 + 2,
        AttributeValue::Bool(_) => 1,
        AttributeValue::L(values) => 3 + values.iter().map(|value| 1 + size_of(value)).sum::<usize>(),
        AttributeValue::M(map) => 3 + map.iter().map(|(name, value)| 1 + name.len() + size_of(value)).sum::<usize>(),
        other => panic!("{other:?}"),
    }
}
