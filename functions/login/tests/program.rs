//! The program as Lambda runs it: over the runtime API, configured by its environment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Person, RuntimeApi, Tables, body_of, http_api_event};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_login");
const TABLES: [&str; 3] = ["CREDENTIALS_TABLE", "SIGNING_KEYS_TABLE", "PUBLIC_KEYS_TABLE"];

#[tokio::test]
async fn it_answers_events_and_reads_only_its_own_tables() {
    let tables = Tables::start().await;
    let mut runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &tables.variables(&TABLES));
    let person = Person::new();
    let answer = runtime.invoke(http_api_event("POST", "/auth/login", &person.login_body())).await;
    assert_eq!(answer["statusCode"], 401, "{answer}");
    assert_eq!(answer["headers"]["www-authenticate"], "Bearer");
    assert_eq!(body_of(&answer)["code"], "invalid_credentials");
    let answer = runtime.invoke(http_api_event("GET", "/auth/login", &json!({}))).await;
    assert_eq!((&answer["statusCode"], &answer["headers"]["allow"]), (&json!(405), &json!("POST")));
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    assert!(!log.contains(&person.password) && !log.contains('@'), "{log}");
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_cost_one_run_of_argon2_each() {
    let tables = Tables::start().await;
    let mut runtime = RuntimeApi::start().await;
    let person = Person::new();
    tables.add_credential(&person).await;
    for login in [Person { password: Person::new().password, ..person.clone() }, Person::new()] {
        let mut variables = tables.variables(&TABLES);
        variables.push(("AWS_LAMBDA_LOG_LEVEL", "DEBUG"));
        let function = runtime.start_function(PROGRAM, &variables);
        let answer = runtime.invoke(http_api_event("POST", "/auth/login", &login.login_body())).await;
        assert_eq!(answer["statusCode"], 401, "{answer}");
        let log = String::from_utf8(function.stop().await.stdout).unwrap();
        assert_eq!(log.matches("Argon2 runs").count(), 1, "{log}");
    }
}

#[tokio::test]
async fn a_bad_variable_stops_the_start_with_its_name_and_an_example() {
    let runtime = RuntimeApi::start().await;
    let bad = [
        ("CREDENTIALS_TABLE", "", "latchkey-credentials"),
        ("SIGNING_KEYS_TABLE", "", "latchkey-signing-keys"),
        ("PUBLIC_KEYS_TABLE", "", "latchkey-public-keys"),
        ("ISSUER", "api.example.com", "https://auth.example.com"),
        ("ARGON2_MEMORY_KIB", "much", "at least 19456"),
    ];
    runtime.assert_refuses(PROGRAM, &TABLES, &bad).await;
}
