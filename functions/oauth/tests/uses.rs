//! What the program uses of its surroundings, seen from the outside.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by panicking"
)]

mod sign_in;

use api_tests::{
    Mailbox, Program, RuntimeApi, Tables, authorized_event, body_of, http_api_event, proxied_event, stack_over,
};
use serde_json::{Value, json};

use sign_in::{callback, code_of, get, github, redemption, start, variables};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_oauth"), include_str!("uses.json"));
const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A code of a whole sign-in, through the proxy that all must come through.
async fn code(runtime: &RuntimeApi) -> String {
    let started = runtime.invoke(proxied_event(start("github"), SECRET)).await;
    code_of(&runtime.invoke(proxied_event(callback(&started), SECRET)).await)
}

#[tokio::test]
async fn it_calls_and_reads_what_is_written_down() {
    let (tables, github) = (Tables::start().await, github().await);
    let (proxy, mut settings) = tables.behind_proxy(PROGRAM).await;
    settings.push(("AWS_LAMBDA_LOG_LEVEL", "DEBUG".to_owned()));
    // Which header names the caller is asked for only with a secret, and where a provider is only with an app there.
    settings.push(("ORIGIN_SECRET", SECRET.to_owned()));
    settings.extend(variables(github.url()));
    for (name, value) in [
        ("OAUTH_GOOGLE_CLIENT_ID", "app-1"),
        ("OAUTH_GOOGLE_CLIENT_SECRET", "secret-1"),
        ("OAUTH_FACEBOOK_CLIENT_ID", "app-1"),
        ("OAUTH_FACEBOOK_CLIENT_SECRET", "secret-1"),
        ("OAUTH_X_CLIENT_ID", "app-1"),
        ("OAUTH_X_CLIENT_SECRET", "secret-1"),
        ("OAUTH_OIDC_CLIENT_ID", "app-1"),
        ("OAUTH_OIDC_CLIENT_SECRET", "secret-1"),
        ("OAUTH_OIDC_ISSUER", "https://login.example.com"),
    ] {
        settings.push((name, value.to_owned()));
    }
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &settings);
    // It is the first to start, and so makes the keys.
    let list = runtime.invoke(proxied_event(get("/auth/oauth", &[]), SECRET)).await;
    assert_eq!(body_of(&list)["providers"].as_array().unwrap().len(), 5, "{list}");

    let post = |path: &str, body: &Value| proxied_event(http_api_event("POST", path, body), SECRET);
    let new = runtime.invoke(post("/auth/oauth/login", &redemption(&code(&runtime).await))).await;
    assert_eq!(new["statusCode"], 201, "{new}");
    let mut with_session = redemption(&code(&runtime).await);
    with_session["refresh"] = true.into();
    let again = runtime.invoke(post("/auth/oauth/login", &with_session)).await;
    assert_eq!(again["statusCode"], 200, "{again}");

    let Some(stack) = stack_over(&tables).await else { return };
    let (person, token) = stack.api.somebody().await;
    Mailbox::in_tables(&tables).prove(&person).await;
    github.reply("/api/v3/user", api_tests::Reply::Json(200, json!({"id": 43})));
    for (path, body) in
        [("/auth/oauth/link", redemption(&code(&runtime).await)), ("/auth/oauth/unlink", json!({"provider": "github"}))]
    {
        let answer = runtime.invoke(authorized_event(post(path, &body), &token)).await;
        assert_eq!(answer["statusCode"], 204, "{answer}");
    }
    let log = function.stop().await.stdout;
    PROGRAM.assert_uses::<oauth::OAuth>(&proxy.take_calls(), &log);
}
