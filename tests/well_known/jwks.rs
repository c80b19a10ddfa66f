use api_tests::{Fault, Person, Session, own_stack, shared_api};
use jwt_compact::alg::Rsa;
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::prelude::*;
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn the_key_set_holds_public_rsa_keys_and_may_be_cached() {
    let api = shared_api();
    let (_person, _token) = api.somebody().await;
    let head = api.send(api.request(Method::HEAD, "/.well-known/jwks.json")).await.expect(200);
    assert_eq!((head.header("cache-control"), head.text.as_str()), (Some("public, max-age=300"), ""));
    let answer = api.send(api.get("/.well-known/jwks.json")).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let keys = answer.json()["keys"].as_array().unwrap().clone();
    assert!(keys.len() >= 2, "the next key is public before its first use");
    for key in keys {
        let mut members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&"RSA".into(), &"RS256".into(), &"sig".into()));
    }
}

#[tokio::test]
async fn while_no_key_exists_the_answer_is_503_and_never_an_empty_set() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(Some(Fault::Refuse("ResourceNotFoundException"))).await;
    let keys = || stack.api.get("/.well-known/jwks.json");
    let answer = stack.api.send(keys()).await.expect_problem(503, "no_keys_yet");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let _ = stack.api.me("eyJhbGciOiJSUzI1NiJ9.e30.c2ln").await.expect_problem(401, "invalid_token");
    let token = stack.api.signup(&Person::new()).await.expect(201).token();
    let _ = stack.api.me(&token).await.expect(200);
    let answer = stack.api.send(keys()).await.expect(200);
    assert_eq!(answer.json()["keys"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn signers_that_start_together_make_one_set() {
    let Some(first) = own_stack() else { return };
    let first = first.start().await;
    let stacks = (0..3).map(|_| own_stack().unwrap().beside(&first).variable("ISSUER", "https://a.example"));
    let mut tokens = Vec::new();
    let mut running = Vec::new();
    for stack in stacks {
        let stack = stack.start().await;
        tokens.push(stack.api.somebody().await.1);
        running.push(stack);
    }
    for stack in &running {
        for token in &tokens {
            let _ = stack.api.me(token).await.expect(200);
        }
    }
    let keys = first.items("SIGNING_KEYS_TABLE").await;
    assert_eq!(keys.iter().filter(|item| item.contains_key("version")).count(), 1);
    assert_eq!(keys.iter().filter(|item| item.contains_key("refresh_key")).count(), 1);
}

/// Verifies as somebody would who knows nothing but the address of the key set.
#[tokio::test]
async fn another_library_verifies_a_token_from_the_key_set_alone() {
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    let keys = api.send(api.get("/.well-known/jwks.json")).await.expect(200).json();

    let token = UntrustedToken::new(&token).unwrap();
    let kid = token.header().key_id.clone().unwrap();
    let jwk = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid.as_str()).unwrap();
    let jwk: JsonWebKey<'_> = serde_json::from_value(jwk.clone()).unwrap();
    let public_key = jwt_compact::alg::RsaPublicKey::try_from(&jwk).unwrap();
    let verified = Rsa::rs256().validator::<Value>(&public_key).validate(&token).unwrap();
    assert_eq!(verified.claims().custom["token_use"], "access");

    let other = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] != kid.as_str()).unwrap();
    let other: JsonWebKey<'_> = serde_json::from_value(other.clone()).unwrap();
    let other_key = jwt_compact::alg::RsaPublicKey::try_from(&other).unwrap();
    assert!(Rsa::rs256().validator::<Value>(&other_key).validate(&token).is_err());
}

#[tokio::test]
async fn a_refresh_token_is_no_token_to_whoever_verifies_by_the_key_set() {
    let api = shared_api();
    let session = Session::sign_up(&api, &Person::new()).await;
    let _access = UntrustedToken::new(&session.access).unwrap();
    assert!(UntrustedToken::new(&session.refresh).is_err());
}
