use std::time::Duration;

use api_tests::{TestClock, emulator_answers_by_itself, own_stack, shared_api};
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

use super::bodies;

const COOKIE: &str = "__Host-authToken";

#[tokio::test]
async fn without_a_token_nobody_is_known() {
    let api = shared_api();
    let answer = api.send(api.get("/auth/me")).await.expect_problem(401, "missing_token");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    let basic = api.get("/auth/me").basic_auth("a", Some("b"));
    let _ = api.send(basic).await.expect_problem(401, "missing_token");
}

#[tokio::test]
async fn what_is_no_token_of_ours_is_401() {
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("{token}") };
    let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    for forged in [
        "x",
        "x.y.z",
        &format!("{header}.{claims}"),
        &format!("{header}.{claims}."),
        &format!("{header}.{claims}.{signature}.{signature}"),
        &format!("{header}.{claims}.{signature}="),
        &format!("{header}.{claims}.{}", signature.get(..signature.len() - 4).unwrap()),
        &format!("{unsigned}.{claims}."),
        &format!("{unsigned}.{claims}.{signature}"),
    ] {
        let answer = api.me(forged).await.expect_problem(401, "invalid_token");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer error=\"invalid_token\""), "{forged}");
    }
    let _ = api.me(&token).await.expect(200);
}

#[tokio::test]
async fn changed_claims_are_401() {
    let api = shared_api();
    let (_somebody_else, other) = api.somebody().await;
    let (_person, token) = api.somebody().await;
    let parts: Vec<_> = token.split('.').collect();
    let their_claims = other.split('.').nth(1).unwrap();
    let swapped = format!("{}.{their_claims}.{}", parts[0], parts[2]);
    let _ = api.me(&swapped).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_token_says_who_issued_it_for_whom_and_nothing_personal() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let part = |index| -> Value {
        let json = URL_SAFE_NO_PAD.decode(token.split('.').nth(index).unwrap()).unwrap();
        serde_json::from_slice(&json).unwrap()
    };
    let (header, claims) = (part(0), part(1));
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT", "kid": header["kid"]}));
    let id = api.me(&token).await.json()["id"].clone();
    let issuer = api.send(api.get("/.well-known/openid-configuration")).await.json()["issuer"].clone();
    let [issued_at, proven_at] = ["iat", "auth_time"].map(|claim| claims[claim].as_u64().unwrap());
    // The account is written in between.
    assert!((issued_at - 60..=issued_at).contains(&proven_at), "{claims}");
    assert_eq!(
        claims,
        json!({
            "iss": issuer, "aud": claims["client_id"], "client_id": claims["aud"], "sub": id, "iat": issued_at,
            "exp": issued_at + 86400, "token_use": "access", "jti": claims["jti"], "auth_time": proven_at, "amr": ["pwd"],
            "gen": 0,
        })
    );
    assert!(!claims.to_string().to_lowercase().contains(&person.email.to_lowercase()));
}

#[tokio::test]
async fn an_expired_token_is_401_to_the_second() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let (_person, token) = stack.api.somebody().await;
    clock.advance(Duration::from_secs(86_399));
    let _ = stack.api.me(&token).await.expect(200);
    clock.advance(Duration::from_secs(1));
    let answer = stack.api.me(&token).await.expect_problem(401, "expired_token");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
}

#[tokio::test]
async fn a_token_of_another_issuer_or_for_another_audience_is_401() {
    let Some(ours) = own_stack() else { return };
    let ours = ours.start().await;
    let (_person, token) = ours.api.somebody().await;
    for (variable, value) in [("ISSUER", "https://other.example.com"), ("AUDIENCE", "other-app")] {
        let other = own_stack().unwrap().beside(&ours).variable(variable, value);
        let other = other.start().await;
        let _ = other.api.me(&token).await.expect_problem(401, "invalid_token");
    }
}

#[tokio::test]
async fn a_token_of_a_deployment_with_other_keys_is_401() {
    let (Some(ours), Some(theirs)) = (own_stack(), own_stack()) else { return };
    let issuer = "https://auth.example.com";
    let (ours, theirs) =
        (ours.variable("ISSUER", issuer).start().await, theirs.variable("ISSUER", issuer).start().await);
    let (_person, _token) = ours.api.somebody().await;
    let (_person, token) = theirs.api.somebody().await;
    let _ = theirs.api.me(&token).await.expect(200);
    let _ = ours.api.me(&token).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn the_token_of_a_user_who_is_gone_is_401() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (_person, token) = stack.api.somebody().await;
    let id = stack.api.me(&token).await.json()["id"].as_str().unwrap().to_owned();
    let delete = stack.dynamodb.delete_item().table_name(stack.table("USERS_TABLE")).key("id", AttributeValue::S(id));
    delete.send().await.unwrap();
    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
    let everywhere = stack.api.post("/auth/logout").bearer_auth(&token).json(&json!({"everywhere": true}));
    let _ = stack.api.send(everywhere).await.expect_problem(401, "invalid_token");
    let users = stack.dynamodb.scan().table_name(stack.table("USERS_TABLE")).send().await.unwrap();
    assert_eq!(users.count(), 0, "nothing brings half a user back");
}

#[tokio::test]
async fn the_cookie_is_as_good_as_the_header_and_the_header_wins() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let with_cookie = |value: &str| api.get("/auth/me").header("cookie", format!("theme=dark; {COOKIE}={value}; a=b"));
    assert_eq!(api.send(with_cookie(&token)).await.expect(200).json()["email"], person.email.as_str());
    let _ = api.send(with_cookie("forged")).await.expect_problem(401, "invalid_token");
    let _ = api.send(with_cookie(&token).bearer_auth("forged")).await.expect_problem(401, "invalid_token");
    let _ = api.send(with_cookie("forged").bearer_auth(&token)).await.expect(200);
    let _ = api.send(with_cookie(&token).basic_auth("a", Some("b"))).await.expect(200);
    let other_name = api.get("/auth/me").header("cookie", format!("authToken={token}"));
    let _ = api.send(other_name).await.expect_problem(401, "missing_token");
}

#[tokio::test]
async fn a_page_of_any_origin_may_ask_who_a_token_belongs_to() {
    let api = shared_api();
    let (_person, token) = api.somebody().await;
    let request = api.get("/auth/me").bearer_auth(&token).header("origin", "https://elsewhere.example");
    let _ = api.send(request).await.expect(200);
}

#[tokio::test]
async fn methods_and_paths_follow_the_contract() {
    let api = shared_api();
    bodies::another_method_has_no_route(&api, "/auth/me", &[Method::GET, Method::PATCH]).await;
    if emulator_answers_by_itself("its answer to a path without a route is its own") {
        return;
    }
    let (_person, token) = api.somebody().await;
    for path in ["/auth/nothing", "/auth/me/more", "/auth/me/", "/auth/ME", "/auth"] {
        api.expect_no_route(api.get(path).bearer_auth(&token)).await;
    }
}
