//! What the program uses of its surroundings, seen from the outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Mailbox, Person, Program, RuntimeApi, Tables, Waiting, body_of, http_api_event, proxied_event};
use serde_json::{Value, json};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_signup"), include_str!("uses.json"));
const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn it_calls_and_reads_what_is_written_down() {
    let tables = Tables::start().await;
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.push(("AWS_LAMBDA_LOG_LEVEL", "DEBUG".to_owned()));
    // Which header names the caller is asked for only with a secret.
    variables.push(("ORIGIN_SECRET", SECRET.to_owned()));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let person = Person::new();
    for (path, status) in [("/auth/signup", 201), ("/auth/signup", 409), ("/api:group/auth/signup", 403)] {
        let answer = runtime.invoke(proxied_event(http_api_event("POST", path, &person.signup_body()), SECRET)).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
    }
    let mut log = function.stop().await.stdout;
    variables.push(("EMAIL_VERIFICATION", "required".to_owned()));
    log.extend(confirm(&tables, &variables).await);
    PROGRAM.assert_uses::<signup::Signup>(&proxy.take_calls(), &log);
}

/// Signs somebody up where a code is needed. Returns the log.
async fn confirm(tables: &Tables, variables: &[(&str, String)]) -> Vec<u8> {
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, variables);
    let invoke = async |path: &str, body: &Value, status: u16| {
        let answer = runtime.invoke(proxied_event(http_api_event("POST", path, body), SECRET)).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
        answer
    };
    let begun = invoke("/auth/signup", &Person::new().signup_body(), 202).await;
    let waiting = Waiting { id: body_of(&begun)["signupId"].as_str().unwrap().to_owned() };
    tables.let_expire_soon(&waiting).await;
    let _ = invoke("/auth/signup/resend", &json!({"signupId": waiting.id}), 202).await;
    let digits = Mailbox::in_tables(tables).digits(&waiting.pending()).await;
    let _ = invoke("/auth/signup/confirm", &waiting.body("12345678"), 401).await;
    let _ = invoke("/auth/signup/confirm", &waiting.body(&digits), 201).await;
    function.stop().await.stdout
}
