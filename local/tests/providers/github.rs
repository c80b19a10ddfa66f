//! GitHub.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use serde_json::Value;

use crate::client::{Pairs, Reply, StandIn, StandIns, VERIFIER, send, with};

const TOKEN: &str = "/login/oauth/access_token";
const ADA: Pairs<'_> = &[("person", "ada")];

/// A request for a token, which asks for JSON.
async fn token(github: &StandIn<'_>, form: Pairs<'_>) -> Value {
    let reply = send(github.post(TOKEN, form).header(ACCEPT, "application/json")).await.expect(200);
    assert!(reply.header("content-type").unwrap().starts_with("application/json"), "{reply:?}");
    reply.json()
}

async fn access_token(github: &StandIn<'_>, changes: Pairs<'_>, person: Pairs<'_>) -> String {
    let code = github.code(changes, person).await;
    token(github, &github.token_form(&code)).await["access_token"].as_str().unwrap().to_owned()
}

async fn api(github: &StandIn<'_>, path: &str, access_token: &str) -> Reply {
    send(github.get(path).bearer_auth(access_token).header(USER_AGENT, "a test")).await
}

/// <https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors>
#[tokio::test]
async fn every_error_of_the_token_endpoint_is_a_200() {
    let all = StandIns::start().await;
    let github = all.github();
    for (name, value, error) in [
        ("client_secret", "wrong", "incorrect_client_credentials"),
        ("client_secret", "", "incorrect_client_credentials"),
        ("client_id", "wrong", "incorrect_client_credentials"),
        ("redirect_uri", "http://localhost:3001/auth/oauth/github/callback", "redirect_uri_mismatch"),
        ("code", "wrong", "bad_verification_code"),
        ("code", "", "bad_verification_code"),
    ] {
        let code = github.code(&[], ADA).await;
        let refusal = token(&github, &with(&github.token_form(&code), name, value)).await;
        assert_eq!(refusal["error"], error, "{name}={value}");
        assert!(refusal["error_description"].is_string() && refusal["error_uri"].is_string(), "{refusal}");
    }
    let code = github.code(&[], ADA).await;
    assert_eq!(token(&github, &github.token_form(&code)).await["token_type"], "bearer");
    assert_eq!(token(&github, &github.token_form(&code)).await["error"], "bad_verification_code", "used");
}

/// <https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors#unverified-user-email>
#[tokio::test]
async fn nobody_gets_a_token_whose_address_is_not_verified() {
    let all = StandIns::start().await;
    let github = all.github();
    let code = github.code(&[], &[("person", "grace")]).await;
    assert_eq!(token(&github, &github.token_form(&code)).await["error"], "unverified_user_email");
}

/// <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#2-users-are-redirected-back-to-your-site-by-github>
#[tokio::test]
async fn the_token_comes_as_a_form_unless_json_is_asked_for() {
    let all = StandIns::start().await;
    let github = all.github();
    let code = github.code(&[], ADA).await;
    for (form, beginning) in [
        (with(&github.token_form(&code), "client_secret", "wrong"), "error=incorrect_client_credentials&"),
        (github.token_form(&code), "access_token=gho_"),
    ] {
        let reply = send(github.post(TOKEN, &form)).await.expect(200);
        assert!(reply.headers[CONTENT_TYPE].to_str().unwrap().starts_with("application/x-www-form-urlencoded"));
        assert!(reply.body.starts_with(beginning), "{}", reply.body);
    }
    let code = github.code(&[("scope", "user:email read:user")], ADA).await;
    let good = token(&github, &github.token_form(&code)).await;
    assert_eq!(good["scope"], "user:email,read:user");
}

/// <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#2-users-are-redirected-back-to-your-site-by-github>:
/// the credentials are parameters.
#[tokio::test]
async fn an_app_authenticates_in_the_body_alone() {
    let all = StandIns::start().await;
    let github = all.github();
    let code = github.code(&[], ADA).await;
    let [id, secret] = github.encoded_credentials();
    let by_basic = github.post(TOKEN, &github.bare_token_form(&code)).basic_auth(id, Some(secret));
    assert_eq!(send(by_basic.header(ACCEPT, "application/json")).await.json()["error"], "incorrect_client_credentials");
}

/// <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#2-users-are-redirected-back-to-your-site-by-github>
#[tokio::test]
async fn a_code_lives_ten_minutes() {
    let all = StandIns::start().await;
    let github = all.github();
    let (first, second) = (github.code(&[], ADA).await, github.code(&[], ADA).await);
    github.advance(Duration::from_millis(10 * 60 * 1000 - 1));
    assert!(token(&github, &github.token_form(&first)).await["access_token"].is_string());
    github.advance(Duration::from_millis(1));
    assert_eq!(token(&github, &github.token_form(&second)).await["error"], "bad_verification_code");
}

/// <https://github.blog/changelog/2025-07-14-pkce-support-for-oauth-and-github-app-authentication>: supported, not required, and
/// with S256 alone.
#[tokio::test]
async fn pkce_is_optional_and_s256_alone() {
    let all = StandIns::start().await;
    let github = all.github();
    for refused in [
        &[("code_challenge_method", "plain")][..],
        &[("code_challenge_method", "")],
        &[("code_challenge", "")],
        &[("code_challenge", "short")],
    ] {
        assert_eq!(github.page(refused).await.status, 400, "{refused:?}");
    }
    for verifier in ["", "another-verifier-of-forty-three-characters-"] {
        let code = github.code(&[], ADA).await;
        let form = with(&github.token_form(&code), "code_verifier", verifier);
        assert_eq!(token(&github, &form).await["error"], "bad_verification_code", "{verifier}");
    }
    for verifier in ["", VERIFIER] {
        let code = github.code(&[("code_challenge", ""), ("code_challenge_method", "")], ADA).await;
        let form = with(&github.token_form(&code), "code_verifier", verifier);
        assert!(token(&github, &form).await["access_token"].is_string(), "{verifier}");
    }
}

/// <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#redirect-urls>
#[tokio::test]
async fn a_redirect_uri_may_be_below_the_registered_one_and_on_a_sub_domain() {
    let all = StandIns::start().await;
    let github = all.github();
    for (uri, status) in [
        ("http://localhost:3000/auth/oauth/github/callback/below", 200),
        ("http://app.localhost:3000/auth/oauth/github/callback", 200),
        ("http://127.0.0.1:4000/auth/oauth/github/callback", 200),
        ("http://localhost:3000/auth/oauth/github/callback-not", 400),
        ("http://localhost:3000/auth/oauth/github", 400),
    ] {
        assert_eq!(github.page(&[("redirect_uri", uri)]).await.status, status, "{uri}");
    }
    for exact in [all.google(), all.facebook(), all.x()] {
        for uri in [format!("{}/below", exact.callback), exact.callback.replace("localhost", "app.localhost")] {
            assert_eq!(exact.page(&[("redirect_uri", &uri)]).await.status, 400, "{uri}");
        }
    }
}

/// <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#2-users-are-redirected-back-to-your-site-by-github>:
/// `redirect_uri` is not required there.
#[tokio::test]
async fn a_token_needs_no_redirect_uri() {
    let all = StandIns::start().await;
    let github = all.github();
    let code = github.code(&[], ADA).await;
    let form = with(&github.token_form(&code), "redirect_uri", "");
    assert!(token(&github, &form).await["access_token"].is_string());
}

/// <https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent>
#[tokio::test]
async fn the_api_is_403_without_a_user_agent() {
    let all = StandIns::start().await;
    let github = all.github();
    let access_token = access_token(&github, &[], ADA).await;
    for path in ["/api/v3/user", "/api/v3/user/emails"] {
        let refused = send(github.get(path).bearer_auth(&access_token)).await.expect(403);
        assert!(refused.body.contains("User-Agent"), "{refused:?}");
        assert_eq!(api(&github, path, &access_token).await.status, 200);
    }
}

/// <https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api#failed-login-limit>
#[tokio::test]
async fn the_api_is_401_without_a_good_token() {
    let all = StandIns::start().await;
    let github = all.github();
    let refused = api(&github, "/api/v3/user", "gho_wrong").await.expect(401);
    assert_eq!(refused.json()["message"], "Bad credentials");
}

/// <https://docs.github.com/en/rest/users/users#get-the-authenticated-user>: `id` is an integer, and `email` is what is shown on
/// the profile.
#[tokio::test]
async fn a_user_has_a_number_and_shows_no_address() {
    let all = StandIns::start().await;
    let github = all.github();
    let user = api(&github, "/api/v3/user", &access_token(&github, &[], ADA).await).await.expect(200).json();
    assert!(user["id"].as_u64().is_some_and(|id| id < 1 << 53), "{user}");
    assert_eq!((&user["login"], &user["name"]), (&"AdaLovelace".into(), &"Ada Lovelace".into()));
    assert_eq!(user["email"], Value::Null);
    let anonymous = access_token(&github, &[], &[("person", "typed")]).await;
    assert_eq!(api(&github, "/api/v3/user", &anonymous).await.expect(200).json()["name"], Value::Null);
}

/// <https://docs.github.com/en/rest/users/emails#list-email-addresses-for-the-authenticated-user>: several addresses, and the
/// scope `user:email`.
#[tokio::test]
async fn one_of_several_addresses_is_primary_and_verified() {
    let all = StandIns::start().await;
    let github = all.github();
    let emails = api(&github, "/api/v3/user/emails", &access_token(&github, &[], ADA).await).await.expect(200).json();
    let of = |primary: bool, verified: bool| {
        let matching = emails.as_array().unwrap().iter();
        let matching = matching.filter(|email| email["primary"] == primary && email["verified"] == verified);
        matching.map(|email| email["email"].as_str().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(of(true, true), ["ada@example.com"]);
    assert_eq!((of(true, false).len(), of(false, true).len(), of(false, false).len()), (0, 1, 1));
    assert_ne!(emails[0]["email"], "ada@example.com");

    let unscoped = access_token(&github, &[("scope", "read:user")], ADA).await;
    assert_eq!(api(&github, "/api/v3/user/emails", &unscoped).await.status, 404);
    let katherine = access_token(&github, &[], &[("person", "katherine")]).await;
    assert_eq!(api(&github, "/api/v3/user/emails", &katherine).await.expect(200).body, "[]");
}

/// <https://github.com/nextauthjs/next-auth/issues/13409> shows the `iss` that GitHub sends (RFC 9207).
#[tokio::test]
async fn the_redirect_names_the_issuer() {
    let all = StandIns::start().await;
    let github = all.github();
    for answer in ["continue", "cancel"] {
        let reply = github.decide(&[], &[("answer", answer), ("person", "ada")]).await;
        assert_eq!(reply.parameter("iss"), Some(format!("{}/login/oauth", github.base)), "{answer}");
    }
}

/// <https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-authorization-request-errors#access-denied>
#[tokio::test]
async fn cancelling_is_access_denied_with_a_description() {
    let all = StandIns::start().await;
    let github = all.github();
    let reply = github.decide(&[], &[("answer", "cancel")]).await;
    assert_eq!(reply.parameter("error").as_deref(), Some("access_denied"));
    assert_eq!(reply.parameter("error_description").as_deref(), Some("The user has denied your application access."));
    assert!(reply.parameter("error_uri").unwrap().ends_with("#access-denied"), "{reply:?}");
    assert_eq!((reply.parameter("state").as_deref(), reply.parameter("code")), (Some("a state"), None));
}
