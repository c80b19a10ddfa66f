//! The program as Lambda runs it: over the runtime API, configured by its environment.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by panicking"
)]

mod sign_in;

use api_tests::{
    Program, Reply, RuntimeApi, ScriptedProvider, Tables, body_of, http_api_event, is_clean, metrics_in, requests_in,
};
use serde_json::{Value, json};

use sign_in::{PAGE, SECRETS, callback, code_of, get, github, location_of, redemption, start, variables};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_oauth"), include_str!("uses.json"));

/// The variables of the program over these tables, with an app at this GitHub.
fn settings(tables: &Tables, github: &ScriptedProvider) -> Vec<(&'static str, String)> {
    let own = tables.variables(PROGRAM).into_iter().map(|(name, value)| (name, value.to_owned()));
    own.chain(variables(github.url())).collect()
}

#[tokio::test]
async fn it_signs_somebody_in_under_the_host_of_the_event() {
    let (tables, github) = (Tables::start().await, github().await);
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &settings(&tables, &github));
    let started = runtime.invoke(start("github")).await;
    let redirect_uri = "redirect_uri=https%3A%2F%2Fapi.example.com%2Fauth%2Foauth%2Fgithub%2Fcallback";
    assert!(location_of(&started).contains(redirect_uri), "{started}");
    let code = code_of(&runtime.invoke(callback(&started)).await);
    let answer = runtime.invoke(http_api_event("POST", "/auth/oauth/login", &redemption(&code))).await;
    assert_eq!(answer["statusCode"], 201, "{answer}");
    assert!(body_of(&answer)["authToken"].is_string());
    let calls = github.take_calls();
    let token = calls.iter().find(|call| call.path == "/login/oauth/access_token").unwrap();
    assert_eq!(token.form["redirect_uri"], "https://api.example.com/auth/oauth/github/callback");
}

#[tokio::test]
async fn without_an_issuer_and_a_domain_name_it_is_400() {
    let (tables, github) = (Tables::start().await, github().await);
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &settings(&tables, &github));
    let mut event = start("github");
    event["requestContext"].as_object_mut().unwrap().remove("domainName");
    assert_eq!(body_of(&runtime.invoke(event).await)["code"], "no_issuer");
}

/// What each way to fail leaves in the log: the code, the level, and words of the cause.
#[tokio::test]
async fn each_failure_has_a_line_with_its_level_its_cause_and_a_metric_and_without_a_secret() {
    let (tables, github) = (Tables::start().await, github().await);
    let mut settings = settings(&tables, &github);
    settings.push(("LIMIT_OAUTH", "6/86400".to_owned()));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &settings);
    let started = runtime.invoke(start("github")).await;
    let token = "/login/oauth/access_token";
    let odd = json!({"error": SECRETS[1], "error_description": SECRETS[3]});
    let cases: [(Option<Reply>, &str, &str, &str); 8] = [
        (
            Some(Reply::Json(200, json!({"error": "bad_verification_code"}))),
            "sign_in_expired",
            "INFO",
            "bad_verification_code",
        ),
        (
            Some(Reply::Json(200, json!({"error": "incorrect_client_credentials"}))),
            "provider_refused",
            "ERROR",
            "token endpoint: status 200, incorrect_client_credentials",
        ),
        (Some(Reply::Json(200, odd.clone())), "provider_refused", "ERROR", "status 200, an unknown error"),
        (Some(Reply::Json(503, odd)), "provider_unavailable", "WARN", "status 503"),
        (Some(Reply::Huge), "provider_refused", "ERROR", "more than 65536 bytes"),
        (Some(Reply::Text(200, SECRETS[1].to_owned())), "provider_refused", "ERROR", "another form"),
        (None, "too_many_attempts", "INFO", "oauth-source"),
        (None, "too_many_attempts", "INFO", "oauth-source"),
    ];
    for (reply, code, _level, _cause) in &cases {
        if let Some(reply) = reply {
            github.reply(token, reply.clone());
        }
        let answer = runtime.invoke(callback(&started)).await;
        assert_eq!(location_of(&answer), format!("{PAGE}?error={code}#"));
    }
    let mut cancelled = callback(&started);
    let query =
        cancelled["rawQueryString"].as_str().unwrap().replace(&format!("code={}", SECRETS[0]), "error=access_denied");
    cancelled["rawQueryString"] = query.into();
    assert_eq!(location_of(&runtime.invoke(cancelled).await), format!("{PAGE}?error=sign_in_cancelled#"));
    // Anyone who has begun a sign-in can write these, as often as they like.
    for (forged, code) in
        [("error=server_error", "provider_unavailable"), ("iss=a", "provider_refused"), ("", "provider_refused")]
    {
        let mut event = callback(&started);
        let query = event["rawQueryString"].as_str().unwrap().replace(&format!("code={}", SECRETS[0]), forged);
        event["rawQueryString"] = query.into();
        assert_eq!(location_of(&runtime.invoke(event).await), format!("{PAGE}?error={code}#"));
    }
    let nobody = get("/auth/oauth/github/callback", &[("code", SECRETS[0]), ("state", "a")]);
    assert_eq!(location_of(&runtime.invoke(nobody).await), format!("{PAGE}?error=sign_in_expired#"));

    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    assert!(is_clean(&log), "{log}");
    let state = location_of(&started).split("state=").nth(1).unwrap().split('&').next().unwrap();
    let cookie = started["cookies"][0].as_str().unwrap().split(['=', ';']).nth(1).unwrap();
    for secret in SECRETS.iter().copied().chain([state, cookie, "?"]) {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
    let lines = requests_in(&log);
    let lines: Vec<&Value> = lines.iter().filter(|line| line["route"] == "/auth/oauth/{provider}/callback").collect();
    for ((_reply, code, level, cause), line) in cases.iter().zip(&lines) {
        assert_eq!(
            (&line["code"], &line["level"], &line["status"]),
            (&json!(code), &json!(level), &json!(302)),
            "{line}"
        );
        assert!(line["cause"].as_str().unwrap().contains(cause), "{cause}: {line}");
        assert_eq!(line["provider"], "github");
        let is_limited = *code == "too_many_attempts";
        assert_eq!((line["provider_ms"].is_f64(), line["source"].is_string()), (!is_limited, is_limited), "{line}");
        assert_eq!(line["source_digest"].as_str().unwrap().len(), 43);
    }
    assert_eq!(lines.len(), cases.len() + 5);
    let (cancelled, nobodys) = (lines[cases.len()], lines[cases.len() + 4]);
    assert_eq!((&cancelled["level"], &nobodys["level"]), (&json!("INFO"), &json!("INFO")));
    let metrics = metrics_in(&log);
    let count = |name: &str| metrics.iter().filter(|metrics| metrics.contains_key(name)).count();
    let failures = |code: &str| count(&format!("function {code} failures"));
    assert_eq!(
        (failures("provider_refused"), failures("provider_unavailable"), failures("sign_in_expired")),
        (6, 2, 2)
    );
    assert_eq!(count("function provider_failures"), 5, "what the browser brought does not count");
}

#[tokio::test]
async fn a_bad_variable_stops_the_start_with_its_name_and_an_example() {
    let runtime = RuntimeApi::start().await;
    let bad = [
        ("ATTEMPTS_TABLE", "", "latchkey-attempts"),
        ("IDENTITIES_TABLE", "", "latchkey-identities"),
        ("USERS_TABLE", "", "latchkey-users"),
        ("EMAIL_VERIFICATION", "yes", "off, on or required"),
        ("SIGNUP", "no", "open, invited or closed"),
        ("ALLOWED_EMAIL_DOMAINS", "example.com", "unless EMAIL_VERIFICATION is required"),
        ("LIMIT_OAUTH", "many", "300/900"),
        ("OAUTH_RETURN_URLS", "https://*", "https://app.example.com/signed-in"),
        ("OAUTH_RETURN_URLS", "http://app.example.com/", "http://… on a loopback host"),
        ("OAUTH_RETURN_URLS", "https://app.example.com/a?b", "without a query and a fragment"),
        ("OAUTH_RETURN_URLS", "https://app.example.com/a,", "separated by commas"),
        ("OAUTH_RETURN_URLS", "myapp:/oauth", "a dot in it"),
        ("OAUTH_GITHUB_CLIENT_ID", "app-1", "OAUTH_GITHUB_CLIENT_SECRET is not set"),
        ("OAUTH_X_CLIENT_SECRET", "secret-1", "OAUTH_X_CLIENT_ID is not set"),
    ];
    let log = runtime.assert_refuses(PROGRAM, &bad).await;
    assert!(!log.contains("secret-1"), "{log}");
    let app = [("OAUTH_GITHUB_CLIENT_ID", "app-1"), ("OAUTH_GITHUB_CLIENT_SECRET", "secret-1")];
    let with_page: Vec<_> = app.into_iter().chain([("OAUTH_RETURN_URLS", PAGE)]).collect();
    let bad = [("OAUTH_RETURN_URLS", "", "github"), ("OAUTH_RETURN_URLS", "none", "https://app.example.com/signed-in")];
    let _log = runtime.assert_refuses_beside(PROGRAM, &app, &bad).await;
    let too_long = "a".repeat(129);
    let bad = [
        ("OAUTH_GITHUB_URL", "http://github.example.com", "https URL"),
        ("OAUTH_GITHUB_URL", "https://github.example.com/", "without a trailing slash"),
        ("OAUTH_GITHUB_CLIENT_ID", too_long.as_str(), "at most 128"),
        ("OAUTH_GITHUB_CLIENT_ID", "caf\u{e9}", "ASCII"),
    ];
    let _log = runtime.assert_refuses_beside(PROGRAM, &with_page, &bad).await;
    let too_long = format!("{}word", "s".repeat(125));
    let log =
        runtime.assert_refuses_beside(PROGRAM, &with_page, &[("OAUTH_GITHUB_CLIENT_SECRET", &too_long, "128")]).await;
    assert!(!log.contains("sword"), "{log}");
    let oidc =
        [("OAUTH_RETURN_URLS", PAGE), ("OAUTH_OIDC_CLIENT_ID", "app-1"), ("OAUTH_OIDC_CLIENT_SECRET", "secret-1")];
    let too_long = format!("https://{}.example.com", "a".repeat(255));
    let bad = [
        ("OAUTH_OIDC_ISSUER", "", "https://login.example.com"),
        ("OAUTH_OIDC_ISSUER", "none", "https://login.example.com"),
        ("OAUTH_OIDC_ISSUER", "login.example.com", "an https URL"),
        ("OAUTH_OIDC_ISSUER", "http://login.example.com", "an https URL"),
        ("OAUTH_OIDC_ISSUER", "https://login.example.com/?tenant=a", "without a query"),
        ("OAUTH_OIDC_ISSUER", "https://login.example.com/#a", "without a query"),
        ("OAUTH_OIDC_ISSUER", "https://LOGIN.example.com", "spelled as"),
        ("OAUTH_OIDC_ISSUER", "https://user@login.example.com", "an https URL"),
        ("OAUTH_OIDC_ISSUER", too_long.as_str(), "at most 255"),
    ];
    let _log = runtime.assert_refuses_beside(PROGRAM, &oidc, &bad).await;
}
