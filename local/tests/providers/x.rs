//! X.

use std::time::Duration;

use serde_json::json;

use crate::client::{Pairs, Reply, StandIn, StandIns, send, with};

const TOKEN: &str = "/2/oauth2/token";
const ADA: Pairs<'_> = &[("person", "ada")];

/// A request for a token, by Basic.
async fn token(x: &StandIn<'_>, form: Pairs<'_>) -> Reply {
    let [id, secret] = x.encoded_credentials();
    send(x.post(TOKEN, form).basic_auth(id, Some(secret))).await
}

async fn access_token(x: &StandIn<'_>, changes: Pairs<'_>, person: Pairs<'_>) -> String {
    let code = x.code(changes, person).await;
    let reply = token(x, &x.bare_token_form(&code)).await.expect(200);
    reply.json()["access_token"].as_str().unwrap().to_owned()
}

async fn me(x: &StandIn<'_>, query: &str, access_token: &str) -> Reply {
    send(x.get(&format!("/2/users/me{query}")).bearer_auth(access_token)).await
}

/// <https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token#working-with-confidential-clients>: Basic, whose
/// parts are form-encoded (RFC 6749 2.3.1).
#[tokio::test]
async fn an_app_authenticates_by_basic_alone() {
    let all = StandIns::start().await;
    let x = all.x();
    let code = x.code(&[], ADA).await;
    let form = x.bare_token_form(&code);
    let [id, secret] = x.encoded_credentials();
    for wrong in [
        x.post(TOKEN, &x.token_form(&code)),
        x.post(TOKEN, &form),
        x.post(TOKEN, &form).basic_auth(&id, Some("wrong")),
        x.post(TOKEN, &form).basic_auth("wrong", Some(&secret)),
        x.post(TOKEN, &form).basic_auth(&x.id, Some(&x.secret)),
        x.post(TOKEN, &form).bearer_auth(&secret),
    ] {
        assert_eq!(send(wrong).await.expect(401).json()["error"], "unauthorized_client");
    }
    let good = token(&x, &form).await.expect(200).json();
    assert_eq!((&good["token_type"], &good["expires_in"]), (&json!("bearer"), &json!(7200)));
    assert_eq!(good["scope"], "users.read tweet.read users.email");
}

/// <https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code#parameters>
#[tokio::test]
async fn pkce_is_required() {
    let all = StandIns::start().await;
    let x = all.x();
    for missing in ["response_type", "scope", "state", "code_challenge", "code_challenge_method"] {
        let reply = x.page(&[(missing, "")]).await.expect(400);
        assert!(reply.body.contains(&format!("It needs {missing}.")), "{}", reply.body);
    }
    for verifier in ["", "another-verifier-of-forty-three-characters-"] {
        let code = x.code(&[], ADA).await;
        let form = with(&x.bare_token_form(&code), "code_verifier", verifier);
        assert_eq!(token(&x, &form).await.expect(400).json()["error"], "invalid_request", "{verifier}");
    }
    let plain = x.code(&[("code_challenge", "challenge"), ("code_challenge_method", "plain")], ADA).await;
    let form = with(&x.bare_token_form(&plain), "code_verifier", "challenge");
    assert_eq!(token(&x, &form).await.status, 200);
}

/// <https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code#glossary>: 30 seconds.
#[tokio::test]
async fn a_code_lives_thirty_seconds() {
    let all = StandIns::start().await;
    let x = all.x();
    let (first, second) = (x.code(&[], ADA).await, x.code(&[], ADA).await);
    x.advance(Duration::from_millis(29_999));
    assert_eq!(token(&x, &x.bare_token_form(&first)).await.status, 200);
    x.advance(Duration::from_millis(1));
    let late = token(&x, &x.bare_token_form(&second)).await.expect(400).json();
    assert_eq!(late["error"], "invalid_request");
}

/// <https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code#glossary>: exact redirect URIs. A code is used
/// once (RFC 6749 4.1.2).
#[tokio::test]
async fn a_code_is_good_once_with_its_redirect_uri() {
    let all = StandIns::start().await;
    let x = all.x();
    for (name, value, error) in [
        ("redirect_uri", "http://localhost:3001/auth/oauth/x/callback", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
        ("code", "wrong", "invalid_request"),
        ("grant_type", "password", "unsupported_grant_type"),
    ] {
        let code = x.code(&[], ADA).await;
        let form = with(&x.bare_token_form(&code), name, value);
        assert_eq!(token(&x, &form).await.expect(400).json()["error"], error, "{name}={value}");
    }
    let code = x.code(&[], ADA).await;
    assert_eq!(token(&x, &x.bare_token_form(&code)).await.status, 200);
    assert_eq!(token(&x, &x.bare_token_form(&code)).await.status, 400);
}

/// <https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code#parameters>: up to 500 characters.
#[tokio::test]
async fn a_state_has_at_most_500_characters() {
    let all = StandIns::start().await;
    let x = all.x();
    assert_eq!(x.page(&[("state", &"s".repeat(500))]).await.status, 200);
    assert_eq!(x.page(&[("state", &"s".repeat(501))]).await.status, 400);
    assert_eq!(all.google().page(&[("state", &"s".repeat(501))]).await.status, 200);
}

/// <https://docs.x.com/x-api/users/get-my-user>: below `data`, with a string for an id, and `confirmed_email` where it is asked
/// for, permitted and there.
#[tokio::test]
async fn a_user_is_below_data_and_a_confirmed_address_is_asked_for() {
    let all = StandIns::start().await;
    let x = all.x();
    let asked = "?user.fields=confirmed_email,created_at";
    let user = me(&x, asked, &access_token(&x, &[], ADA).await).await.expect(200).json();
    let expected = json!({"data": {
        "id": user["data"]["id"], "name": "Ada Lovelace", "username": "AdaLovelace", "confirmed_email": "ada@example.com",
    }});
    assert_eq!(user, expected);
    assert!(user["data"]["id"].is_string(), "{user}");
    let unpermitted: Pairs<'_> = &[("scope", "users.read tweet.read")];
    for (what, query, changes, person) in [
        ("not asked for", "", &[][..], "ada"),
        ("not permitted", asked, unpermitted, "ada"),
        ("not confirmed", asked, &[], "grace"),
        ("not there", asked, &[], "katherine"),
    ] {
        let user = me(&x, query, &access_token(&x, changes, &[("person", person)]).await).await.expect(200).json();
        assert_eq!(user["data"].get("confirmed_email"), None, "{what}");
    }
}

/// <https://docs.x.com/fundamentals/authentication/guides/v2-authentication-mapping>: `users/me` takes both scopes.
#[tokio::test]
async fn reading_a_user_takes_two_scopes() {
    let all = StandIns::start().await;
    let x = all.x();
    for scope in ["users.read", "tweet.read", "users.email"] {
        let token = access_token(&x, &[("scope", scope)], ADA).await;
        assert_eq!(me(&x, "", &token).await.expect(403).json()["title"], "Forbidden", "{scope}");
    }
}

/// <https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code#how-long-will-my-credentials-stay-valid>
#[tokio::test]
async fn a_token_lives_two_hours() {
    let all = StandIns::start().await;
    let x = all.x();
    let token = access_token(&x, &[], ADA).await;
    x.advance(Duration::from_hours(2) - Duration::from_millis(1));
    assert_eq!(me(&x, "", &token).await.status, 200);
    x.advance(Duration::from_millis(1));
    assert_eq!(me(&x, "", &token).await.expect(401).json()["title"], "Unauthorized");
    assert_eq!(me(&x, "", "wrong").await.status, 401);
}

/// <https://docs.x.com/x-api/fundamentals/rate-limits>: 75 in 15 minutes for each user.
#[tokio::test]
async fn a_user_is_read_75_times_in_15_minutes() {
    let all = StandIns::start().await;
    let x = all.x();
    let (ada, grace) = (access_token(&x, &[], ADA).await, access_token(&x, &[], &[("person", "grace")]).await);
    for remaining in (0..75).rev() {
        let reply = me(&x, "", &ada).await.expect(200);
        assert_eq!(reply.header("x-rate-limit-remaining"), Some(remaining.to_string().as_str()));
    }
    let refused = me(&x, "", &ada).await.expect(429);
    assert_eq!(refused.json()["title"], "Too Many Requests");
    let ends = all.clock.clock().now().as_secs() + 15 * 60;
    assert_eq!(refused.header("x-rate-limit-reset"), Some(ends.to_string().as_str()));
    assert_eq!(me(&x, "", &grace).await.status, 200);
    x.advance(Duration::from_mins(15));
    assert_eq!(me(&x, "", &ada).await.status, 200);
}

/// <https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token#steps-to-connect-using-oauth-2-0>: code and state.
#[tokio::test]
async fn the_redirect_names_no_issuer() {
    let all = StandIns::start().await;
    let x = all.x();
    for answer in ["continue", "cancel"] {
        let reply = x.decide(&[], &[("answer", answer), ("person", "ada")]).await;
        let error = reply.parameter("error");
        assert_eq!(error.as_deref(), (answer == "cancel").then_some("access_denied"));
        assert_eq!((reply.parameter("iss"), reply.parameter("state").as_deref()), (None, Some("a state")));
    }
}
