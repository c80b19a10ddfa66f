//! The old system behind TLS: whom the program trusts to be it, and what the log says of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Person, Program, Reply, RuntimeApi, ScriptedProvider, Tables, TlsEndpoint, http_api_event};
use serde_json::json;
use tempfile::NamedTempFile;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_login"), include_str!("uses.json"));

/// Logs somebody in whose password the old system behind this endpoint knows. Returns the status and the log.
async fn log_in(endpoint: &TlsEndpoint, bundle: Option<&NamedTempFile>) -> (u64, String) {
    let (tables, person) = (Tables::start().await, Person::new());
    tables.add_account(&person).await;
    tables.prove_address(&person).await;
    tables.let_old_system_answer(&person).await;
    let url = format!("{}/secret-path", endpoint.url());
    let mut variables = tables.variables(PROGRAM);
    variables.push(("LEGACY_LOGIN", &url));
    if let Some(bundle) = bundle {
        variables.push(("LEGACY_LOGIN_CA_BUNDLE", bundle.path().to_str().unwrap()));
    }
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let answer = runtime.invoke_in_time(http_api_event("POST", "/auth/login", &person.login_body())).await;
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    assert!(!log.contains(&person.password) && !log.contains("secret-path"), "{log}");
    (answer["statusCode"].as_u64().unwrap(), log)
}

#[tokio::test]
async fn a_password_goes_only_to_whom_the_program_trusts() {
    let old = ScriptedProvider::start().await;
    old.reply("/secret-path", Reply::Json(200, json!({"id": "somebody"})));
    let endpoint = TlsEndpoint::start(old.url()).await;
    let (status, log) = log_in(&endpoint, None).await;
    assert_eq!(status, 503, "{log}");
    assert!(log.contains("the old system cannot be asked"), "{log}");
    assert!(old.take_calls().is_empty());

    let roots = NamedTempFile::new().unwrap();
    endpoint.append_root(roots.path());
    let (status, log) = log_in(&endpoint, Some(&roots)).await;
    assert_eq!(status, 200, "{log}");
    assert!(log.contains("legacy_log_ins"), "{log}");
}
