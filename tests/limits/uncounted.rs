use std::path::Path;

use api_tests::{Fault, Person, own_stack};
use local::FUNCTIONS;
use serde_json::{Value, json};
use shared::attempts::without_limits;
use shared::environment::Environment;

use super::{DEFAULTS, guess_at, limited};

#[tokio::test]
async fn no_page_of_another_site_and_no_malformed_request_spends_an_attempt() {
    let Some((stack, _clock)) = limited(&DEFAULTS) else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "https://app.example.com").start().await;
    let api = &stack.api;
    let person = Person::new();
    for (path, good) in [
        ("/auth/login", person.login_body()),
        ("/auth/signup", person.signup_body()),
        ("/api:aB3/auth/login", person.login_body()),
        ("/api:aB3/auth/signup", person.signup_body()),
    ] {
        for origin in ["https://evil.example", "null", "https://app.example.com.evil.example"] {
            let _ = api.send(api.post(path).header("origin", origin).json(&good)).await.expect(403);
        }
        let text = api.post(path).header("content-type", "text/plain").body(good.to_string());
        assert!([400, 415].contains(&api.send(text).await.status));
        let large = api.post(path).json(&json!({"email": person.email, "password": "a".repeat(9000)}));
        assert!([400, 413].contains(&api.send(large).await.status));
        let broken = api.post(path).header("content-type", "application/json").body("{");
        let _ = api.send(broken).await.expect(400);
        let incomplete = api.post(path).json(&json!({"email": person.email}));
        assert!([400, 422].contains(&api.send(incomplete).await.status));
        api.expect_no_route(api.get(path)).await;
    }
    let transport = api.post("/auth/login").header("x-token-transport", "carrier-pigeon").json(&person.login_body());
    let _ = api.send(transport).await.expect(400);
    assert_eq!(stack.items("ATTEMPTS_TABLE").await, []);

    let allowed = api.post("/auth/login").header("origin", "https://app.example.com").json(&person.login_body());
    let _ = api.send(allowed).await.expect(401);
    assert_eq!(stack.items("ATTEMPTS_TABLE").await.len(), 3);
}

#[tokio::test]
async fn an_attempt_that_cannot_be_counted_is_503() {
    let Some((stack, _clock)) = limited(&DEFAULTS) else { return };
    let stack = stack.start_behind_proxy(None).await;
    let (person, _token) = stack.api.somebody().await;
    for fault in [Fault::Refuse("ThrottlingException"), Fault::Close, Fault::LoseAnswer] {
        stack.proxy.fail("UpdateItem", usize::MAX, fault);
        let _ = stack.api.login(&person).await.expect_problem(503, "unavailable");
        let new = Person::new();
        let _ = stack.api.signup(&new).await.expect_problem(503, "unavailable");
        stack.proxy.heal();
        let _ = guess_at(&stack.api, &new).await.expect(401);
        let _ = stack.api.login(&person).await.expect(200);
    }
    stack.proxy.fail("GetItem", usize::MAX, Fault::Refuse("ThrottlingException"));
    let _ = stack.api.login(&person).await.expect_problem(503, "unavailable");
    let _ = stack.api.signup(&Person::new()).await.expect_problem(503, "unavailable");
}

#[tokio::test]
async fn with_every_limit_off_nothing_is_counted_and_sources_are_known_for_notices_alone() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    for host in 2..=4 {
        let _ = guess_at(&stack.from(host), &person).await.expect(401);
        let _ = stack.from(host).login(&person).await.expect(200);
    }
    assert_eq!(stack.items("ATTEMPTS_TABLE").await, []);
    assert_eq!(stack.items("CREDENTIALS_TABLE").await[0]["known_addresses"].as_l().unwrap().len(), 4);
}

#[test]
fn every_limit_that_a_function_reads_is_among_those_that_can_be_switched_off_together() {
    let off = without_limits(Environment::default());
    let mut limits = 0;
    for function in FUNCTIONS.map(|function| function.name).into_iter().chain(["mail"]) {
        let uses = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../functions/{function}/tests/uses.json"));
        let uses: Value = serde_json::from_str(&std::fs::read_to_string(uses).unwrap()).unwrap();
        let variables = uses["variables"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
        for variable in variables.filter(|name| name.starts_with("LIMIT_")) {
            assert_eq!(off.get(variable), Some("0"), "{variable}");
            limits += 1;
        }
    }
    assert!(limits >= 4, "{limits}");
}
