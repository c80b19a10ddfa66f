//! What the program uses of its surroundings, seen from the outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Person, Program, RuntimeApi, Tables, http_api_event, proxied_event};

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
    let log = function.stop().await.stdout;
    PROGRAM.assert_uses::<signup::Signup>(&proxy.take_calls(), &log);
}
