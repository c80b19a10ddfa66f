//! What the program uses of its surroundings, seen from the outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use std::time::Duration;

use api_tests::{
    Mailbox, Program, RuntimeApi, Session, Tables, TestClock, authorized_event, http_api_event, own_stack,
    proxied_event, stack_over,
};
use serde_json::json;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_sessions"), include_str!("uses.json"));
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
    // It is the first to start, and so makes the keys.
    let first = runtime.invoke(proxied_event(http_api_event("POST", "/auth/logout", &json!({})), SECRET)).await;
    assert_eq!(first["statusCode"], 204, "{first}");

    let Some(stack) = stack_over(&tables).await else { return };
    let (person, token) = stack.api.somebody().await;
    let session = Session::log_in(&stack.api, &person).await;
    for (path, body, status) in [
        ("/auth/refresh", json!({"refreshToken": session.refresh}), 200),
        ("/auth/refresh", json!({"refreshToken": session.refresh}), 200),
        ("/auth/sessions/end", json!({"others": true}), 204),
        ("/auth/logout", json!({}), 204),
        ("/auth/logout", json!({"refreshToken": session.refresh}), 204),
    ] {
        let event = authorized_event(proxied_event(http_api_event("POST", path, &body), SECRET), &token);
        let answer = runtime.invoke(event).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
    }
    // A session that two parties use is told of.
    Mailbox::in_tables(&tables).prove(&person).await;
    let two_minutes_ago = TestClock::standing_still_ago(Duration::from_mins(2));
    let Some(earlier) = own_stack() else { return };
    let earlier = earlier.over(&tables).clock(two_minutes_ago.clock()).start().await;
    let stolen = Session::log_in(&earlier.api, &person).await;
    let current = stolen.refreshed(&earlier.api).await.refreshed(&earlier.api).await;
    let body = json!({"refreshToken": stolen.refresh});
    let reused = runtime.invoke(proxied_event(http_api_event("POST", "/auth/refresh", &body), SECRET)).await;
    assert_eq!(reused["statusCode"], 401, "{reused}");
    let _ = current.refresh(&stack.api).await.expect(401);
    let token = stack.api.login(&person).await.expect(200).token();
    let event = http_api_event("POST", "/auth/logout", &json!({"everywhere": true}));
    let answer = runtime.invoke(authorized_event(proxied_event(event, SECRET), &token)).await;
    assert_eq!(answer["statusCode"], 204, "{answer}");
    let log = function.stop().await.stdout;
    PROGRAM.assert_uses::<sessions::Sessions>(&proxy.take_calls(), &log);
}
