//! A panic in a handler, in a program that runs as the functions do.

use api_tests::{Program, RuntimeApi, body_of, http_api_event};
use serde_json::json;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_panicking-function"), r#"{"variables": []}"#);

#[tokio::test]
async fn a_panic_is_one_500_and_the_same_process_answers_the_next_request() {
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &[("RUST_BACKTRACE", "0")]);
    for _ in 0..3 {
        let answer = runtime.invoke(http_api_event("GET", "/panic", &json!({}))).await;
        let problem = body_of(&answer);
        assert_eq!((&answer["statusCode"], &problem["code"]), (&json!(500), &json!("internal_error")));
        assert_eq!(problem["requestId"], "request-1");
        assert!(!answer.to_string().contains("on purpose"), "{answer}");
        let answer = runtime.invoke(http_api_event("GET", "/calm", &json!({}))).await;
        assert_eq!(answer["statusCode"], 200, "{answer}");
    }
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    let starts = log.lines().filter(|line| line.contains("on purpose")).count();
    assert_eq!(starts, 3, "each is logged with its message: {log}");
}
