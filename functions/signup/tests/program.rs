//! The program as Lambda runs it: over the runtime API, configured by its environment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeMap;

use api_tests::{
    Mailbox, Person, Program, Recorded, RuntimeApi, Tables, Waiting, assert_every_line_tells_its_source, body_of,
    claims_of, http_api_event, metrics_in, other_digits,
};
use serde_json::{Value, json};
use shared::store::schema::TABLES;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_signup"), include_str!("uses.json"));

#[tokio::test]
async fn it_answers_events_and_names_their_host_as_the_issuer() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &tables.variables(PROGRAM));

    let answer = runtime.invoke(http_api_event("POST", "/auth/signup", &Person::new().signup_body())).await;
    assert_eq!(answer["statusCode"], 201, "{answer}");
    assert_eq!(claims_of(body_of(&answer)["authToken"].as_str().unwrap())["iss"], "https://api.example.com");
    let log = function.stop().await;
    assert!(String::from_utf8(log.stdout).unwrap().contains("request-1"));
}

#[tokio::test]
async fn a_named_stage_and_an_encoded_body_are_understood() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &tables.variables(PROGRAM));
    let mut event = http_api_event("POST", "/prod/auth/signup", &json!({}));
    event["requestContext"]["stage"] = "prod".into();
    event["body"] = "e30=".into();
    event["isBase64Encoded"] = true.into();
    let answer = runtime.invoke(event).await;
    assert_eq!((&answer["statusCode"], &body_of(&answer)["code"]), (&json!(422), &json!("validation_failed")));
}

#[tokio::test]
async fn without_an_issuer_and_a_domain_name_it_is_400_and_the_log_names_the_variable() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &tables.variables(PROGRAM));
    let mut event = http_api_event("POST", "/auth/signup", &Person::new().signup_body());
    event["requestContext"].as_object_mut().unwrap().remove("domainName");
    let answer = runtime.invoke(event).await;
    assert_eq!((&answer["statusCode"], &body_of(&answer)["code"]), (&json!(400), &json!("no_issuer")));
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    assert!(log.contains("ISSUER"), "{log}");
}

#[tokio::test]
async fn empty_variables_count_as_unset() {
    let runtime = RuntimeApi::start().await;
    // No host has this region in its name, so nothing is reached.
    let mut variables = vec![("AWS_ENDPOINT_URL_DYNAMODB", ""), ("ISSUER", ""), ("AWS_REGION", "nowhere-1")];
    variables.extend(["ALLOWED_ORIGINS", "TOKEN_LIFETIME_SECONDS", "USER_IDS", "AUDIENCE"].map(|name| (name, "")));
    variables.extend(TABLES.map(|table| (table.variable, "some-table")));
    let _function = runtime.start_function(PROGRAM, &variables);
    let answer = runtime.invoke_in_time(http_api_event("GET", "/auth/signup", &json!({}))).await;
    assert_eq!(answer["statusCode"], 405);
}

#[tokio::test]
async fn a_refused_signup_costs_no_run_of_argon2_and_its_source_is_logged() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let mut variables = tables.variables(PROGRAM);
    variables.extend([("AWS_LAMBDA_LOG_LEVEL", "DEBUG"), ("LIMIT_SIGNUP", "1/86400")]);
    let function = runtime.start_function(PROGRAM, &variables);
    for status in [201, 429, 429] {
        let answer = runtime.invoke(http_api_event("POST", "/auth/signup", &Person::new().signup_body())).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
    }
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    assert_eq!(log.matches("Argon2 runs").count(), 1, "{log}");
    assert_eq!(log.matches("192.0.2.1").count(), 2, "{log}");
}

#[tokio::test]
async fn every_line_tells_the_source_by_its_digest_and_only_a_refusal_shows_it() {
    let tables = Tables::start().await;
    let mut variables = tables.variables(PROGRAM);
    variables.push(("LIMIT_SIGNUP", "1/86400"));
    let bodies = [
        (Person::new().signup_body(), 201),
        (Person::new().signup_body(), 429),
        (json!({"name": "Grace", "email": "grace", "password": "nine-Violet-kettles"}), 422),
        (json!([]), 400),
    ];
    assert_every_line_tells_its_source(PROGRAM, &variables, "/auth/signup", &bodies).await;
}

#[tokio::test]
async fn a_secret_that_is_not_in_order_is_not_shown() {
    let runtime = RuntimeApi::start().await;
    let bad = [
        ("ORIGIN_SECRET", "hunter2-hunter2", "is not acceptable"),
        ("ORIGIN_SECRET_NEXT", "hunter2-hunter2", "is not acceptable"),
        ("ORIGIN_SECRET_NEXT", "hunter2-hunter2-hunter2-hunter2-hunter2", "unset unless ORIGIN_SECRET is set"),
    ];
    let log = runtime.assert_refuses(PROGRAM, &bad).await;
    assert!(!log.contains("hunter2"), "{log}");
}

#[tokio::test]
async fn a_bad_variable_stops_the_start_with_its_name_and_an_example() {
    let runtime = RuntimeApi::start().await;
    let bad = [
        ("USERS_TABLE", "", "latchkey-users"),
        ("CREDENTIALS_TABLE", "", "latchkey-credentials"),
        ("SIGNING_KEYS_TABLE", "", "latchkey-signing-keys"),
        ("PUBLIC_KEYS_TABLE", "", "latchkey-public-keys"),
        ("DIGEST_KEYS_TABLE", "", "latchkey-digest-keys"),
        ("ATTEMPTS_TABLE", "", "latchkey-attempts"),
        ("EMAIL_VERIFICATION", "yes", "off, on or required"),
        ("SIGNUP", "no", "open, invited or closed"),
        ("PROFILE_FIELDS", "company", "company:string:100!"),
        ("PROFILE_FIELDS", "role:string:10", "a list without role"),
        ("ALLOWED_EMAIL_DOMAINS", "example.com", "unless EMAIL_VERIFICATION is required"),
        ("PENDING_TABLE", "", "latchkey-pending"),
        ("LIMIT_MAIL", "many", "5/3600"),
        ("LIMIT_MAIL_SOURCE", "many", "30/3600"),
        ("LIMIT_CODE_PAIR", "many", "5/900"),
        ("LIMIT_CODE_ACCOUNT", "many", "50/3600"),
        ("LIMIT_CODE_ALL", "many", "2000/3600"),
        ("LIMIT_SIGNUP", "many", "100/3600"),
        ("LIMIT_ADDRESS", "10/90000", "from 1 to 86400"),
        ("ISSUER", "http://api.example.com", "https://auth.example.com"),
        ("KEY_ROTATION_DAYS", "0", "at least 1 and at most 1095"),
        ("ISSUER", "https://api.example.com/", "without a trailing slash"),
        ("ALLOWED_ORIGINS", "https://*", "https://app.example.com"),
        ("ALLOWED_ORIGINS", "http://app.example.com", "http:// only on a loopback"),
        ("ALLOWED_ORIGINS", "capacitor://localhost", "https://app.example.com"),
        ("COOKIE_SAME_SITE", "None", "ALLOWED_ORIGINS lists"),
        ("COOKIE_SAME_SITE", "lax", "Strict"),
        ("TOKEN_LIFETIME_SECONDS", "1h", "86400"),
        ("TOKEN_LIFETIME_SECONDS", "59", "at least 60"),
        ("TOKEN_LIFETIME_SECONDS", "31622401", "at most 31622400"),
        ("PASSWORD_MIN_LENGTH", "7", "at least 8"),
        ("PASSWORD_MIN_LENGTH", "129", "at most 128"),
        ("ARGON2_MEMORY_KIB", "1024", "at least 19456"),
        ("ARGON2_MEMORY_KIB", "1048577", "at most 1048576"),
        ("ARGON2_PASSES", "1", "at least 2"),
        ("ARGON2_PASSES", "-1", "at least 2"),
        ("USER_IDS", "serial", "uuid or integer"),
    ];
    let _log = runtime.assert_refuses(PROGRAM, &bad).await;
    let required = [("EMAIL_VERIFICATION", "required")];
    let bad_list = [("ALLOWED_EMAIL_DOMAINS", "example.com,", "example.com,*.example.org")];
    let _log = runtime.assert_refuses_beside(PROGRAM, &required, &bad_list).await;
    let without_mail = [("OUTBOX_TABLE", ""), ("EMAIL_VERIFICATION", "required")];
    let cause = [("EMAIL_VERIFICATION", "required", "off, since MAIL_FROM is not set")];
    let _log = runtime.assert_refuses_beside(PROGRAM, &without_mail, &cause).await;
}

#[tokio::test]
async fn without_mail_a_sign_up_writes_the_account_and_nothing_else() {
    let tables = Tables::start().await;
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.retain(|(name, _value)| *name != "OUTBOX_TABLE");
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let answer = runtime.invoke(http_api_event("POST", "/auth/signup", &Person::new().signup_body())).await;
    assert_eq!(answer["statusCode"], 201, "{answer}");
    let transactions = proxy.take_calls();
    let mut shapes = transactions.iter().filter(|call| call.operation == "TransactWriteItems").map(Recorded::shape);
    assert_eq!(shapes.next_back().unwrap(), "TransactWriteItems  Put latchkey-users Put latchkey-credentials");
}

#[tokio::test]
async fn the_first_request_finds_its_memory_and_its_connections() {
    let tables = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let event = http_api_event("POST", "/auth/signup", &Person::new().signup_body());
    runtime.assert_first_request_is_prepared(PROGRAM, &tables.variables(PROGRAM), event, 201).await;
}

/// What a request does where a code is needed, step by step: what it sends to `DynamoDB`, and its trace without what differs
/// in each line.
async fn steps_of(tables: &Tables, path: &str, body: &Value, status: u16) -> (Vec<String>, Vec<String>) {
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.push(("AWS_LAMBDA_LOG_LEVEL", "TRACE".to_owned()));
    variables.push(("EMAIL_VERIFICATION", "required".to_owned()));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let _warm_up = runtime.invoke(http_api_event("GET", "/auth/signup", &json!({}))).await;
    let _ = proxy.take_calls();
    let answer = runtime.invoke(http_api_event("POST", path, body)).await;
    assert_eq!(answer["statusCode"], status, "{answer}");
    let calls = proxy.take_calls();
    let mut calls: Vec<_> = calls.iter().map(Recorded::shape).collect();
    // Some are on their way at the same time.
    calls.sort_unstable();
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_ours = |line: &Value| {
        ["shared", "signup"].iter().any(|name| line["target"].as_str().unwrap_or_default().starts_with(name))
    };
    let trace = lines.filter(of_ours).map(|line| line["message"].as_str().unwrap_or_default().to_owned());
    let trace = trace.skip_while(|message| message != "request").skip(1);
    (calls, trace.collect())
}

#[tokio::test]
async fn where_a_code_is_needed_a_taken_address_takes_the_same_steps_and_one_run_of_argon2() {
    let tables = Tables::start().await;
    let owner = Person::new();
    tables.add_account(&owner).await;
    let squatter = Person { email: owner.email, ..Person::new() };
    let (calls, trace) = steps_of(&tables, "/auth/signup", &squatter.signup_body(), 202).await;
    assert!(
        calls.iter().all(|call| !call.contains("latchkey-users") && !call.contains("latchkey-credentials")),
        "{calls:?}"
    );
    assert_eq!(calls.iter().filter(|call| call.starts_with("TransactWriteItems")).count(), 1, "{calls:?}");
    assert_eq!(trace.iter().filter(|message| message.starts_with("Argon2 runs")).count(), 1, "{trace:?}");
    assert_eq!(steps_of(&tables, "/auth/signup", &Person::new().signup_body(), 202).await, (calls, trace));
}

#[tokio::test]
async fn a_wrong_a_used_and_an_unknown_code_take_the_same_steps() {
    let tables = Tables::start().await;
    let mut variables = tables.variables(PROGRAM);
    variables.push(("EMAIL_VERIFICATION", "required"));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let begin = async || {
        let begun = runtime.invoke(http_api_event("POST", "/auth/signup", &Person::new().signup_body())).await;
        Waiting { id: body_of(&begun)["signupId"].as_str().unwrap().to_owned() }
    };
    let (waiting, used, not_sent_yet) = (begin().await, begin().await, begin().await);
    let mailbox = Mailbox::in_tables(&tables);
    let (digits, used_digits) = (mailbox.digits(&waiting.pending()).await, mailbox.digits(&used.pending()).await);
    let confirmed = runtime.invoke(http_api_event("POST", "/auth/signup/confirm", &used.body(&used_digits))).await;
    assert_eq!(confirmed["statusCode"], 201, "{confirmed}");
    let _ = function.stop().await;
    let unknown = Waiting { id: "q83vEjRWeJC83vASNFZ4kA".to_owned() };
    let wrong = waiting.body(&other_digits(&digits));
    let expected = steps_of(&tables, "/auth/signup/confirm", &wrong, 401).await;
    for body in [used.body(&used_digits), not_sent_yet.body(&digits), unknown.body(&digits)] {
        assert_eq!(steps_of(&tables, "/auth/signup/confirm", &body, 401).await, expected, "{body}");
    }
}

#[tokio::test]
async fn digits_that_are_stopped_for_everybody_are_counted_for_the_alarm() {
    let tables = Tables::start().await;
    let mut variables = tables.variables(PROGRAM);
    variables.extend([("EMAIL_VERIFICATION", "required"), ("LIMIT_CODE_ALL", "1/86400")]);
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let begun = runtime.invoke(http_api_event("POST", "/auth/signup", &Person::new().signup_body())).await;
    let waiting = Waiting { id: body_of(&begun)["signupId"].as_str().unwrap().to_owned() };
    for status in [401, 429] {
        let answer = runtime.invoke(http_api_event("POST", "/auth/signup/confirm", &waiting.body("00000000"))).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
    }
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    let counted = |line: &BTreeMap<String, f64>| line.contains_key("function codes_stopped");
    assert_eq!(metrics_in(&log).iter().map(counted).collect::<Vec<_>>(), [false, false, true], "{log}");
}
