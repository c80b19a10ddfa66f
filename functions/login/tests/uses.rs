//! What the program uses of its surroundings, seen from the outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Person, Program, RuntimeApi, Tables, http_api_event, proxied_event};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_login"), include_str!("uses.json"));
const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn it_calls_and_reads_what_is_written_down() {
    let tables = Tables::start().await;
    let person = Person::new();
    tables.add_account(&person).await;
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.push(("AWS_LAMBDA_LOG_LEVEL", "DEBUG".to_owned()));
    // The stored hash has fewer passes, and is replaced.
    variables.push(("ARGON2_PASSES", "3".to_owned()));
    // Which header names the caller is asked for only with a secret.
    variables.push(("ORIGIN_SECRET", SECRET.to_owned()));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    for (path, person, status) in [
        ("/auth/login", &Person::new(), 401),
        ("/auth/login", &person, 200),
        ("/auth/login", &person, 200),
        ("/api:group/auth/login", &person, 200),
    ] {
        let answer = runtime.invoke(proxied_event(http_api_event("POST", path, &person.login_body()), SECRET)).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
    }
    let mut with_session = person.login_body();
    with_session["refresh"] = true.into();
    for _ in 0..2 {
        let answer = runtime.invoke(proxied_event(http_api_event("POST", "/auth/login", &with_session), SECRET)).await;
        assert_eq!(answer["statusCode"], 200, "{answer}");
    }
    // A source that is new to the account is told of.
    tables.prove_address(&person).await;
    let mut elsewhere = proxied_event(http_api_event("POST", "/auth/login", &person.login_body()), SECRET);
    elsewhere["headers"]["cloudfront-viewer-address"] = "192.0.2.2:50000".into();
    let answer = runtime.invoke(elsewhere).await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let log = function.stop().await.stdout;
    PROGRAM.assert_uses::<login::Login>(&proxy.take_calls(), &log);
}
