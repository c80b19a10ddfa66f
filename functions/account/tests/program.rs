//! The program as Lambda runs it: over the runtime API, configured by its environment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{
    Person, Program, RuntimeApi, Tables, authorized_event, body_of, http_api_event, is_clean, metrics_in, requests_in,
    stack_over,
};
use serde_json::{Value, json};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_account"), include_str!("uses.json"));

#[tokio::test]
async fn it_counts_what_it_did_and_logs_neither_a_password_nor_an_address() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (old, token) = stack.api.somebody().await;
    let new = Person { password: Person::new().password, ..old.clone() };
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &tables.variables(PROGRAM));
    let invoke = async |method: &str, path: &str, body: Value, token: &str| {
        runtime.invoke(authorized_event(http_api_event(method, path, &body), token)).await["statusCode"].clone()
    };
    assert_eq!(invoke("PATCH", "/auth/me", json!({"name": "Ada"}), &token).await, 200);
    let change = json!({"password": old.password, "newPassword": new.password});
    assert_eq!(invoke("POST", "/auth/password/change", change, &token).await, 204);
    let token = stack.api.login(&new).await.expect(200).token();
    let delete = |password: &str| json!({"password": password});
    assert_eq!(invoke("POST", "/auth/account/delete", delete(&old.password), &token).await, 401);
    assert_eq!(invoke("POST", "/auth/account/delete", delete(&new.password), &token).await, 204);
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    assert!(is_clean(&log) && !log.to_lowercase().contains(&old.email.to_lowercase()), "{log}");
    let lines = requests_in(&log);
    assert_eq!(lines.len(), 4, "{log}");
    assert!(lines.iter().all(|line| line["user_id"].is_string() && line["source_digest"].is_string()), "{log}");
    assert!(lines[1..].iter().all(|line| line["email_digest"] == lines[1]["email_digest"]), "{log}");
    let counted = |name: &str| lines.iter().filter(|line| line[name] == 1).count();
    assert_eq!((counted("password_changes"), counted("deletions"), counted("failures")), (1, 1, 1), "{log}");
}

#[tokio::test]
async fn the_first_change_finds_the_connections_and_the_memory_that_it_needs() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (old, token) = stack.api.somebody().await;
    let body = json!({"password": old.password, "newPassword": Person::new().password});
    let event = authorized_event(http_api_event("POST", "/auth/password/change", &body), &token);
    let runtime = RuntimeApi::start().await;
    runtime.assert_first_request_is_prepared(PROGRAM, &tables.variables(PROGRAM), event, 204).await;
}

#[tokio::test]
async fn every_line_tells_the_source_by_its_digest_and_only_a_refusal_shows_it() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (person, token) = stack.api.somebody().await;
    let mut variables = tables.variables(PROGRAM);
    variables.push(("LIMIT_PAIR", "1/86400"));
    let guess = json!({"password": Person::new().password, "newPassword": Person::new().password});
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    for status in [401, 429] {
        let event = authorized_event(http_api_event("POST", "/auth/password/change", &guess), &token);
        assert_eq!(runtime.invoke(event).await["statusCode"], status);
    }
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    let lines = requests_in(&log);
    let shown: Vec<_> = lines.iter().map(|line| line.get("source").is_some()).collect();
    assert_eq!(shown, [false, true], "{log}");
    assert!(lines.iter().all(|line| line["source_digest"].as_str().unwrap().len() == 43), "{log}");
    assert!(!log.contains(&person.password), "{log}");
}

#[tokio::test]
async fn digits_that_are_stopped_for_everybody_are_counted_for_the_alarm() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (_somebody, _token) = stack.api.somebody().await;
    let mut variables = tables.variables(PROGRAM);
    variables.push(("LIMIT_CODE_ALL", "1/86400"));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    for status in [401, 429] {
        let body = json!({"email": Person::new().email, "code": "00000000", "password": Person::new().password});
        let answer = runtime.invoke(http_api_event("POST", "/auth/password/reset", &body)).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
    }
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    let counted: Vec<_> = metrics_in(&log).iter().map(|line| line.contains_key("function codes_stopped")).collect();
    assert_eq!(counted, [false, true], "{log}");
}

#[tokio::test]
async fn a_bad_variable_stops_the_start_with_its_name_and_an_example() {
    let runtime = RuntimeApi::start().await;
    let bad = [
        ("USERS_TABLE", "", "latchkey-users"),
        ("CREDENTIALS_TABLE", "", "latchkey-credentials"),
        ("IDENTITIES_TABLE", "", "latchkey-identities"),
        ("ATTEMPTS_TABLE", "", "latchkey-attempts"),
        ("PUBLIC_KEYS_TABLE", "", "latchkey-public-keys"),
        ("DIGEST_KEYS_TABLE", "", "latchkey-digest-keys"),
        ("EMAIL_VERIFICATION", "yes", "off, on or required"),
        ("ALLOWED_EMAIL_DOMAINS", "example.com", "unless EMAIL_VERIFICATION is required"),
        ("PROFILE_FIELDS", "company", "company:string:100!"),
        ("PROFILE_FIELDS", "role:string:10", "a list without role"),
        ("PASSWORD_MIN_LENGTH", "7", "at least 8"),
        ("ARGON2_MEMORY_KIB", "1", "at least 19456"),
        ("ARGON2_PASSES", "1", "at least 2"),
        ("LIMIT_PAIR", "10", "10/900"),
        ("LIMIT_ACCOUNT", "0/900", "100/3600"),
        ("LIMIT_ADDRESS", "some", "300/900"),
        ("ALLOWED_ORIGINS", "app.example.com", "https://app.example.com"),
    ];
    let _log = runtime.assert_refuses(PROGRAM, &bad).await;
}

#[tokio::test]
async fn without_mail_there_is_nothing_to_ask_for() {
    let tables = Tables::start().await;
    let (_proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.retain(|(name, _value)| !["OUTBOX_TABLE", "PENDING_TABLE"].contains(name));
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    for path in ["/auth/password/forgot", "/auth/password/reset", "/auth/email/verify", "/auth/email/verify/send"] {
        let answer = runtime.invoke(http_api_event("POST", path, &json!({}))).await;
        assert_eq!((&answer["statusCode"], &body_of(&answer)["code"]), (&json!(404), &json!("mail_is_off")), "{path}");
    }
}
