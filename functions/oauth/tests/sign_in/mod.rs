//! A sign-in through GitHub, event by event.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use api_tests::{Reply, RuntimeApi, ScriptedProvider, http_api_event};
use oauth::Challenge;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

/// The page that a sign-in returns to.
pub(crate) const PAGE: &str = "https://app.example.com/signed-in";
/// The page's verifier.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// What GitHub says, and no line of the log may show.
pub(crate) const SECRETS: [&str; 4] = ["provider-code-1", "provider-token-1", "secret-1", "ada@example.com"];

/// A GitHub that knows Ada.
pub(crate) async fn github() -> ScriptedProvider {
    let github = ScriptedProvider::start().await;
    let token = json!({"access_token": SECRETS[1], "token_type": "bearer"});
    github.reply("/login/oauth/access_token", Reply::Json(200, token));
    github.reply("/api/v3/user", Reply::Json(200, json!({"id": 42, "name": "Ada Lovelace"})));
    let address = json!({"email": SECRETS[3], "primary": true, "verified": true});
    github.reply("/api/v3/user/emails", Reply::Json(200, json!([address])));
    github
}

/// The variables of an app at the GitHub that is there.
pub(crate) fn variables(url: &str) -> [(&'static str, String); 4] {
    [
        ("OAUTH_RETURN_URLS", PAGE.to_owned()),
        ("OAUTH_GITHUB_CLIENT_ID", "app-1".to_owned()),
        ("OAUTH_GITHUB_CLIENT_SECRET", SECRETS[2].to_owned()),
        ("OAUTH_GITHUB_URL", url.to_owned()),
    ]
}

/// A GET of a path with a query.
pub(crate) fn get(path: &str, query: &[(&str, &str)]) -> Value {
    let mut event = http_api_event("GET", path, &Value::Null);
    event["rawQueryString"] = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish().into();
    event
}

/// The start of a sign-in.
pub(crate) fn start(provider: &str) -> Value {
    let challenge = Challenge::of(VERIFIER);
    get(&format!("/auth/oauth/{provider}"), &[("return_to", PAGE), ("code_challenge", challenge.as_str())])
}

/// The return from GitHub after this answer to a start.
pub(crate) fn callback(started: &Value) -> Value {
    let to = Url::parse(location_of(started)).unwrap();
    let state = to.query_pairs().find(|(name, _value)| name == "state").unwrap().1.into_owned();
    let mut event = get("/auth/oauth/github/callback", &[("code", SECRETS[0]), ("state", &state)]);
    let cookie = started["cookies"][0].as_str().unwrap().split(';').next().unwrap().to_owned();
    event["cookies"] = json!(["theme=dark", cookie]);
    event
}

/// Where an answer sends the browser.
pub(crate) fn location_of(answer: &Value) -> &str {
    answer["headers"]["location"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

/// The code in the answer to a callback.
pub(crate) fn code_of(answer: &Value) -> String {
    let location = location_of(answer);
    let code = location.strip_prefix(PAGE).and_then(|rest| rest.strip_prefix("?code=")?.strip_suffix('#'));
    code.unwrap_or_else(|| panic!("{location}")).to_owned()
}

/// What a page sends with a code.
pub(crate) fn redemption(code: &str) -> Value {
    json!({"code": code, "code_verifier": VERIFIER})
}

/// A code of a whole sign-in.
pub(crate) async fn sign_in(runtime: &RuntimeApi) -> String {
    let started = runtime.invoke_in_time(start("github")).await;
    code_of(&runtime.invoke_in_time(callback(&started)).await)
}
