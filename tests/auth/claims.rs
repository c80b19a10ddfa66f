//! What an app's server says of a user in their tokens.

use std::collections::HashMap;

use api_tests::{
    Api, OpenApi, OwnStack, Person, Session, claims_of, own_stack, own_stack_with_somebody, set_cookies_of,
};
use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::{Value, json};

/// What browsers keep of a cookie with its name: 4,096 bytes (RFC 6265 6.1 asks for at least as many).
const COOKIE_BYTES: usize = 4096;

async fn say(stack: &OwnStack, id: &str, claims: &str) {
    stack.set("USERS_TABLE", id, "claims", AttributeValue::S(claims.to_owned())).await;
}

async fn me(api: &Api, token: &str) -> Value {
    api.me(token).await.expect(200).json()
}

#[tokio::test]
async fn every_token_from_then_on_says_them_and_me_shows_them() {
    let Some((stack, person, id)) = own_stack_with_somebody().await else { return };
    let api = &stack.api;
    let session = Session::log_in(api, &person).await;
    assert_eq!(claims_of(&session.access).get("role"), None);
    assert_eq!(me(api, &session.access).await.get("claims"), None);

    say(&stack, &id, r#"{"role":"editor","scope":"notes:read notes:write","plan":{"seats":[1,2]}}"#).await;
    let renewed = session.refreshed(api).await;
    let repeated = session.refreshed(api).await;
    let login = api.login(&person).await.expect(200).token();
    let with_session = Session::log_in(api, &person).await;
    for token in [&renewed.access, &repeated.access, &login, &with_session.access] {
        let claims = claims_of(token);
        assert_eq!(claims["role"], "editor", "{claims}");
        assert_eq!(claims["scope"], "notes:read notes:write", "{claims}");
        assert_eq!(claims["plan"], json!({"seats": [1, 2]}), "{claims}");
        assert_eq!(me(api, token).await["claims"]["role"], "editor");
    }
    let xano = api.send(api.get("/api:abc/auth/me").bearer_auth(&login)).await.expect(200).json();
    assert_eq!(xano.get("claims"), None, "{xano}");

    stack.remove("USERS_TABLE", &id, "claims").await;
    let without = renewed.refreshed(api).await;
    assert_eq!(claims_of(&without.access).get("role"), None);
}

/// Whoever may write the table could else be anybody.
#[tokio::test]
async fn a_name_of_ours_among_them_is_left_out() {
    let Some((stack, person, id)) = own_stack_with_somebody().await else { return };
    let forged = json!({
        "iss": "https://evil.example", "sub": "another", "aud": "another", "client_id": "another", "exp": 32_503_680_000_u64,
        "iat": 1, "nbf": 1, "jti": "x", "token_use": "refresh", "azp": "x", "auth_time": 1, "amr": ["mfa"], "sid": "x",
        "gen": 9, "email": "another@example.com", "email_verified": true, "role": "editor",
    });
    say(&stack, &id, &forged.to_string()).await;
    let api = &stack.api;
    let before = claims_of(&api.somebody().await.1);
    for session in [false, true] {
        let login = json!({"email": person.email, "password": person.password, "refresh": session});
        let token = api.send(api.post("/auth/login").json(&login)).await.expect(200).token();
        let claims = claims_of(&token);
        assert_eq!((&claims["sub"], &claims["iss"], &claims["amr"]), (&json!(id), &before["iss"], &json!(["pwd"])));
        assert_eq!((&claims["token_use"], &claims["role"]), (&json!("access"), &json!("editor")));
        assert!(claims["exp"].as_u64().unwrap() < 32_503_680_000, "{claims}");
        for absent in ["nbf", "azp", "email", "email_verified"] {
            assert_eq!(claims.get(absent), None, "{claims}");
        }
        assert_eq!(me(api, &token).await["claims"], json!({"role": "editor"}));
    }
}

#[tokio::test]
async fn the_cookie_holds_the_largest_claims() {
    let Some((stack, person, id)) = own_stack_with_somebody().await else { return };
    let largest = format!(r#"{{"a":"{}"}}"#, "x".repeat(1024 - 8));
    say(&stack, &id, &largest).await;
    let api = &stack.api;
    let login = json!({"email": person.email, "password": person.password, "refresh": true});
    let login = api.post("/auth/login").header("X-Token-Transport", "cookie").json(&login);
    let cookies = set_cookies_of(&api.send(login).await.expect(200));
    let (name, token, _attributes) = cookies.iter().find(|(name, ..)| name == "__Host-authToken").unwrap();
    assert!(name.len() + token.len() < COOKIE_BYTES, "{}", name.len() + token.len());
    let me = api.send(api.get("/auth/me").header(COOKIE, format!("{name}={token}"))).await.expect(200).json();
    assert_eq!(me["claims"].to_string(), largest);

    say(&stack, &id, &format!(r#"{{"a":"{}"}}"#, "x".repeat(1025 - 8))).await;
    let token = api.login(&person).await.expect(200).token();
    assert_eq!((claims_of(&token).get("a"), self::me(api, &token).await.get("claims")), (None, None));
}

/// What only the server writes, with a value that is found again.
fn of_the_server() -> Value {
    json!({
        "id": MARK, "user_id": MARK, "created_at": 77_777, "claims": {"role": MARK}, "scope": MARK, "role": MARK, "roles": [MARK],
        "email_verified": true, "emailVerified": true, "disabled_at": 77_777, "generation": 77_777, "sessions": {MARK: {}},
        "ended": {MARK: 1}, "tokens_valid_after": 77_777, "identities": [MARK], "passwordless": true, "password_hash": MARK,
        "legacy": true, "known_sources": [MARK], "sub": MARK, "amr": [MARK], "auth_time": 77_777,
    })
}

const MARK: &str = "written-by-a-user";

#[tokio::test]
async fn by_no_route_a_user_writes_what_is_the_servers() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("PROFILE_FIELDS", "company:string:20").start().await;
    let (mut routes, mut done) = (0, 0);
    for operation in OpenApi::operations() {
        let Ok(method) = operation.method.parse::<Method>() else { panic!("{}", operation.method) };
        if method.is_safe() {
            continue;
        }
        let (person, token) = stack.api.somebody().await;
        let refresh_token = Session::log_in(&stack.api, &person).await.refresh;
        let id = claims_of(&token)["sub"].as_str().unwrap().to_owned();
        let new = Person::new();
        let mut body = of_the_server();
        let right = json!({
            "name": new.name, "email": if operation.id.to_lowercase().contains("login") { &person.email } else { &new.email },
            "password": person.password, "newPassword": new.password, "everywhere": false, "others": true, "refresh": true,
            "refreshToken": refresh_token, "profile": {"company": "Acme", "claims": {"role": MARK}, "role": MARK},
        });
        body.as_object_mut().unwrap().extend(right.as_object().unwrap().clone());
        let path = operation.path.replace("{group}", "aB3").replace("{provider}", "google");
        let answer = stack.api.send(stack.api.request(method, &path).bearer_auth(&token).json(&body)).await;
        (routes, done) = (routes + 1, done + usize::from(answer.status < 300));

        let (users, credentials) = (stack.items("USERS_TABLE").await, stack.items("CREDENTIALS_TABLE").await);
        let stored = format!("{users:?} {credentials:?}");
        assert!(!stored.contains(MARK) && !stored.contains("77777"), "{}: {stored}", operation.id);
        let of_it = users.iter().find(|user| user["id"] == AttributeValue::S(id.clone()));
        let is_untouched = |user: &HashMap<String, AttributeValue>| {
            user["email_verified"] == AttributeValue::Bool(false) && !user.contains_key("disabled_at")
        };
        assert!(of_it.is_none_or(is_untouched), "{}: {of_it:?}", operation.id);
        assert!(credentials.iter().all(|credential| !credential.contains_key("legacy")), "{}", operation.id);
    }
    assert!(routes > 20 && done > 6, "of {routes} routes {done} did something");
}

#[tokio::test]
async fn a_user_gives_themselves_none() {
    let Some((stack, _person, _id)) = own_stack_with_somebody().await else { return };
    let api = &stack.api;
    let person = Person::new();
    let mut body = person.signup_body();
    let wanted = [
        ("claims", json!({"role": "admin"})),
        ("scope", json!("admin")),
        ("role", json!("admin")),
        ("email_verified", json!(true)),
        ("disabled_at", json!(0)),
    ];
    body.as_object_mut().unwrap().extend(wanted.map(|(name, value)| (name.to_owned(), value)));
    let token = api.send(api.post("/auth/signup").json(&body)).await.expect(201).token();
    body["name"] = json!("Somebody");
    let _ = api.update_me(&token, &body).await.expect(200);
    let token = api.login(&person).await.expect(200).token();
    let (claims, me) = (claims_of(&token), me(api, &token).await);
    assert!(claims.get("role").is_none() && claims.get("scope").is_none(), "{claims}");
    assert!(me.get("claims").is_none() && me["email_verified"] == false, "{me}");
}
