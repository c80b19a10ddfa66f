//! The program as Lambda runs it: over the runtime API, configured by its environment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeMap;

use api_tests::{
    Fault, Person, Program, RuntimeApi, Tables, assert_every_line_tells_its_source, body_of, http_api_event, metrics_in,
};
use serde_json::{Value, json};

/// The limit of a pair where nothing sets it.
const AS_EVER: (&str, &str) = ("LIMIT_PAIR", "");
const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_login"), include_str!("uses.json"));

#[tokio::test]
async fn it_answers_events_and_reads_only_its_own_tables() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &tables.variables(PROGRAM));
    let person = Person::new();
    let answer = runtime.invoke(http_api_event("POST", "/auth/login", &person.login_body())).await;
    assert_eq!(answer["statusCode"], 401, "{answer}");
    assert_eq!(answer["headers"]["www-authenticate"], "Bearer");
    assert_eq!(body_of(&answer)["code"], "invalid_credentials");
    let answer = runtime.invoke(http_api_event("GET", "/auth/login", &json!({}))).await;
    assert_eq!((&answer["statusCode"], &answer["headers"]["allow"]), (&json!(405), &json!("POST")));
    let answer = runtime.invoke(http_api_event("POST", &format!("/auth/{}", person.email), &json!({}))).await;
    assert_eq!(answer["statusCode"], 404, "{answer}");
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    assert!(!log.contains(&person.password) && !log.contains('@'), "{log}");
    assert!(log.contains(r#""route":"none""#), "{log}");
}

/// What a log-in does, step by step: what it sends to `DynamoDB`, and its trace without what differs in each line.
async fn steps_of(
    tables: &Tables,
    login: &Person,
    limit: (&'static str, &str),
    status: u16,
) -> (Vec<String>, Vec<String>) {
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.push(("AWS_LAMBDA_LOG_LEVEL", "TRACE".to_owned()));
    variables.push((limit.0, limit.1.to_owned()));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let _warm_up = runtime.invoke(http_api_event("GET", "/auth/login", &json!({}))).await;
    let _ = proxy.take_calls();
    let answer = runtime.invoke(http_api_event("POST", "/auth/login", &login.login_body())).await;
    assert_eq!(answer["statusCode"], status, "{answer}");
    let calls = proxy.take_calls();
    let mut calls: Vec<_> = calls.iter().map(|call| format!("{} {}", call.operation, call.body["TableName"])).collect();
    // The first three are on their way at the same time.
    calls[..3].sort_unstable();
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_ours = |line: &Value| {
        ["shared", "login"].iter().any(|name| line["target"].as_str().unwrap_or_default().starts_with(name))
    };
    let trace = lines.filter(of_ours).map(|line| line["message"].as_str().unwrap_or_default().to_owned());
    let of_the_login = trace.skip_while(|message| message != "request").skip(1);
    (calls, of_the_login.collect())
}

#[tokio::test]
async fn an_unknown_address_a_wrong_password_and_an_account_without_one_take_the_same_steps_and_one_run_of_argon2() {
    let tables = Tables::start().await;
    let person = Person::new();
    tables.add_account(&person).await;
    let wrong_password = Person { password: Person::new().password, ..person.clone() };
    let (calls, trace) = steps_of(&tables, &wrong_password, AS_EVER, 401).await;
    assert_eq!(calls.len(), 6, "{calls:?}");
    let runs: Vec<_> = trace.iter().filter(|message| message.starts_with("Argon2 runs")).collect();
    assert_eq!(runs, ["Argon2 runs with m=19456,t=2,p=1"]);
    assert_eq!(steps_of(&tables, &Person::new(), AS_EVER, 401).await, (calls.clone(), trace.clone()));
    tables.remove_password(&person).await;
    assert_eq!(steps_of(&tables, &person, AS_EVER, 401).await, (calls, trace));
}

/// Neither waits for the other: one is seen although the other comes to nothing.
#[tokio::test]
async fn the_user_is_read_while_argon2_runs() {
    let (tables, person) = (Tables::start().await, Person::new());
    tables.add_account(&person).await;
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.push(("AWS_LAMBDA_LOG_LEVEL", "DEBUG".to_owned()));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let login = || http_api_event("POST", "/auth/login", &person.login_body());
    let read_user = ("GetItem", "latchkey-users");
    proxy.fail_call(read_user, usize::MAX, Fault::NeverAnswer);
    assert_eq!(runtime.invoke_in_time(login()).await["statusCode"], 503);
    proxy.heal();

    tables.set_hash(&person, "no hash at all").await;
    let _ = proxy.take_calls();
    assert_eq!(runtime.invoke_in_time(login()).await["statusCode"], 500);
    let calls: Vec<_> = proxy.take_calls().iter().map(api_tests::Recorded::shape).collect();
    assert!(calls.contains(&"GetItem latchkey-users".to_owned()), "{calls:?}");
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    assert!(log.contains("Argon2 runs with"), "{log}");
}

#[tokio::test]
async fn a_refused_attempt_takes_the_same_steps_for_both_and_no_run_of_argon2() {
    let (person, nobody, neighbour) = (Person::new(), Person::new(), Person::new());
    for (limit, evaluated) in [("LIMIT_PAIR", vec![&person, &nobody]), ("LIMIT_ADDRESS", vec![&neighbour])] {
        let (limit, tables) = ((limit, "1/86400"), Tables::start().await);
        tables.add_account(&person).await;
        for login in evaluated {
            let guess = Person { password: Person::new().password, ..login.clone() };
            let _the_one_that_is_allowed = steps_of(&tables, &guess, limit, 401).await;
        }
        let (calls, trace) = steps_of(&tables, &person, limit, 429).await;
        assert_eq!(calls.len(), 3, "{calls:?}");
        assert!(!trace.iter().any(|message| message.starts_with("Argon2")), "{trace:?}");
        assert_eq!(steps_of(&tables, &nobody, limit, 429).await, (calls, trace));
    }
}

#[tokio::test]
async fn the_line_of_a_request_carries_its_metrics() {
    let tables = Tables::start().await;
    let owner = Person::new();
    tables.add_account(&owner).await;
    let mut variables = tables.variables(PROGRAM);
    variables.extend([("LIMIT_PAIR", "2/86400"), ("AWS_LAMBDA_FUNCTION_NAME", "app-login")]);
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let wrong = Person { password: Person::new().password, ..owner.clone() };
    for (login, status) in [(&wrong, 401), (&owner, 200), (&owner, 429)] {
        let answer = runtime.invoke(http_api_event("POST", "/auth/login", &login.login_body())).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
    }
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    let [failure, success, refusal] = metrics_in(&log).try_into().unwrap();
    let names = |metrics: &BTreeMap<String, f64>| metrics.keys().cloned().collect::<Vec<_>>();
    let (argon2, store) = ("app-login argon2_ms", "app-login store_ms");
    assert_eq!(names(&failure), [argon2, "app-login invalid_credentials failures", store]);
    assert_eq!(names(&success), [argon2, "app-login log_ins", store]);
    assert_eq!(names(&refusal), ["app-login refused", store, "app-login too_many_attempts failures"]);
    assert!(success[argon2] > 1.0 && success[store] > 0.0, "{success:?}");
    assert_eq!((success["app-login log_ins"], refusal["app-login refused"]), (1.0, 1.0));
}

#[tokio::test]
async fn every_line_tells_the_source_by_its_digest_and_only_a_refusal_shows_it() {
    let tables = Tables::start().await;
    let owner = Person::new();
    tables.add_account(&owner).await;
    let mut variables = tables.variables(PROGRAM);
    variables.push(("LIMIT_PAIR", "2/86400"));
    let wrong = Person { password: Person::new().password, ..owner.clone() };
    let bodies = [
        (owner.login_body(), 200),
        (wrong.login_body(), 401),
        (owner.login_body(), 429),
        (Person::new().login_body(), 401),
        (json!({"email": "grace", "password": "nine-Violet-kettles"}), 422),
        (json!([]), 400),
    ];
    assert_every_line_tells_its_source(PROGRAM, &variables, "/auth/login", &bodies).await;
}

#[tokio::test]
async fn a_bad_variable_stops_the_start_with_its_name_and_an_example() {
    let runtime = RuntimeApi::start().await;
    let bad = [
        ("CREDENTIALS_TABLE", "", "latchkey-credentials"),
        ("SIGNING_KEYS_TABLE", "", "latchkey-signing-keys"),
        ("PUBLIC_KEYS_TABLE", "", "latchkey-public-keys"),
        ("DIGEST_KEYS_TABLE", "", "latchkey-digest-keys"),
        ("ATTEMPTS_TABLE", "", "latchkey-attempts"),
        ("ISSUER", "api.example.com", "https://auth.example.com"),
        ("KEY_ROTATION_DAYS", "1096", "at least 1 and at most 1095"),
        ("EMAIL_VERIFICATION", "yes", "off, on or required"),
        ("LIMIT_MAIL", "many", "5/3600"),
        ("LIMIT_MAIL_SOURCE", "many", "30/3600"),
        ("LIMIT_PAIR", "10", "10/900"),
        ("LIMIT_ACCOUNT", "0/60", "100/3600"),
        ("LIMIT_ADDRESS", "10/90000", "from 1 to 86400"),
        ("ORIGIN_SECRET", "too-short", "at least 32"),
        ("ARGON2_MEMORY_KIB", "much", "at least 19456"),
        ("LEGACY_LOGIN", "http://old.example.com/log-in", "https URL"),
        ("LEGACY_LOGIN", "xano:https://old.example.com/api:abc/auth/signup", "auth/login"),
        ("LEGACY_LOGIN", "cognito:eu-central-1", "app client"),
        ("LEGACY_LOGIN_CA_BUNDLE", "/nowhere.pem", "a file of PEM certificates"),
    ];
    let _log = runtime.assert_refuses(PROGRAM, &bad).await;
}

#[tokio::test]
async fn a_rotation_that_tokens_would_outlast_is_raised_and_the_log_says_so() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let mut variables = tables.variables(PROGRAM);
    variables.extend([("TOKEN_LIFETIME_SECONDS", "2592000"), ("KEY_ROTATION_DAYS", "30")]);
    let function = runtime.start_function(PROGRAM, &variables);
    let answer = runtime.invoke(http_api_event("POST", "/auth/login", &Person::new().login_body())).await;
    assert_eq!(answer["statusCode"], 401, "{answer}");
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let warnings: Vec<_> = lines.filter(|line| line["level"] == "WARN").collect();
    let [warning] = warnings.as_slice() else { panic!("{log}") };
    assert_eq!((&warning["variable"], &warning["rotation_seconds"]), (&json!("KEY_ROTATION_DAYS"), &json!(2_602_800)));
}

#[tokio::test]
async fn the_first_request_finds_its_memory_and_its_connections() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let event = http_api_event("POST", "/auth/login", &Person::new().login_body());
    runtime.assert_first_request_is_prepared(PROGRAM, &tables.variables(PROGRAM), event, 401).await;
}

#[tokio::test]
async fn without_mail_and_without_limits_no_source_is_remembered_and_nobody_is_told() {
    let tables = Tables::start().await;
    let person = Person::new();
    tables.add_account(&person).await;
    tables.prove_address(&person).await;
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.retain(|(name, _value)| *name != "OUTBOX_TABLE");
    variables.extend(["LIMIT_PAIR", "LIMIT_ACCOUNT", "LIMIT_ADDRESS"].map(|limit| (limit, "0".to_owned())));
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let _warm_up = runtime.invoke(http_api_event("GET", "/auth/login", &json!({}))).await;
    let _ = proxy.take_calls();
    let answer = runtime.invoke(http_api_event("POST", "/auth/login", &person.login_body())).await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let calls: Vec<_> = proxy.take_calls().iter().map(api_tests::Recorded::shape).collect();
    assert_eq!(calls, ["GetItem latchkey-credentials", "GetItem latchkey-users"]);
}
