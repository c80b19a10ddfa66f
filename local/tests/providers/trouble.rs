//! What the consent page can make go wrong.

use std::time::Duration;

use crate::client::{Pairs, StandIn, StandIns, send};

/// How each stand-in is asked for a token.
fn token(stand_in: &StandIn<'_>, code: &str) -> reqwest::RequestBuilder {
    let [id, secret] = stand_in.encoded_credentials();
    if stand_in.base.ends_with("/google") {
        stand_in.post("/token", &stand_in.token_form(code))
    } else if stand_in.base.ends_with("/github") {
        stand_in.post("/login/oauth/access_token", &stand_in.token_form(code))
    } else if stand_in.base.ends_with("/facebook") {
        stand_in.post("/v25.0/oauth/access_token", &stand_in.token_form(code))
    } else {
        stand_in.post("/2/oauth2/token", &stand_in.bare_token_form(code)).basic_auth(id, Some(secret))
    }
}

#[tokio::test]
async fn a_token_comes_too_late_for_every_client() {
    let all = StandIns::start().await;
    for stand_in in all.every() {
        for (trouble, is_late) in [("late", true), ("none", false)] {
            let code = stand_in.code(&[], &[("person", "ada"), ("trouble", trouble)]).await;
            let outcome = token(&stand_in, &code).timeout(Duration::from_millis(500)).send().await;
            assert_eq!(outcome.is_err_and(|error| error.is_timeout()), is_late, "{} {trouble}", stand_in.base);
        }
    }
}

#[tokio::test]
async fn a_token_endpoint_fails() {
    let all = StandIns::start().await;
    for stand_in in all.every() {
        let code = stand_in.code(&[], &[("person", "ada"), ("trouble", "500")]).await;
        assert_eq!(send(token(&stand_in, &code)).await.status, 500, "{}", stand_in.base);
    }
}

#[tokio::test]
async fn the_redirect_names_another_issuer_where_one_is_named() {
    let all = StandIns::start().await;
    let form: Pairs<'_> = &[("answer", "continue"), ("person", "ada"), ("trouble", "iss")];
    for stand_in in [all.google(), all.github()] {
        let reply = stand_in.decide(&[], form).await;
        let issuer = reply.parameter("iss").unwrap();
        assert!(!issuer.starts_with(&stand_in.base) && reply.parameter("code").is_some(), "{issuer}");
    }
    for stand_in in [all.facebook(), all.x()] {
        assert_eq!(stand_in.decide(&[], form).await.status, 422);
    }
}

/// X's errors: <https://docs.x.com/x-api/fundamentals/response-codes-and-errors>. That reading a user costs credits:
/// <https://docs.x.com/x-api/getting-started/pricing>.
#[tokio::test]
async fn x_has_no_credits_left_or_was_asked_too_often() {
    let all = StandIns::start().await;
    let x = all.x();
    for (trouble, status, title) in [("402", 402, "CreditsDepleted"), ("429", 429, "Too Many Requests")] {
        let form = [("person", "ada"), ("trouble", trouble)];
        let code = x.code(&[], &form).await;
        let token = send(token(&x, &code)).await.expect(200).json();
        let me = send(x.get("/2/users/me").bearer_auth(token["access_token"].as_str().unwrap())).await;
        assert_eq!(me.expect(status).json()["title"], title);
        assert_eq!(all.google().decide(&[], &[&[("answer", "continue")], &form[..]].concat()).await.status, 422);
    }
}
