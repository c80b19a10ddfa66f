//! The function behind the gateway of `cargo dev`, called by users of the stack beside it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

mod issuer;

use std::time::Duration;

use api_tests::{
    Answer, Forge, OwnStack, Program, RuntimeApi, StackBuilder, TestClock, http_api_event, kid_of, message, own_stack,
    set_cookie_of, sign_with,
};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

use issuer::Issuer;

const PROGRAM: &str = env!("CARGO_BIN_EXE_notes");
const PATH: &str = "/notes/me";
const HOUR: Duration = Duration::from_hours(1);

fn with_notes(stack: StackBuilder) -> StackBuilder {
    stack.function(&format!("/notes='{PROGRAM}'"))
}

async fn notes_of(stack: &OwnStack, token: &str) -> Answer {
    stack.api.send_to_gateway(stack.api.get(PATH).bearer_auth(token)).await
}

async fn assert_refused(stack: &OwnStack, what: &str, token: &str) {
    let answer = notes_of(stack, token).await;
    let challenge = answer.header("www-authenticate").map(str::to_owned);
    assert_eq!((answer.status, challenge.as_deref()), (401, Some(r#"Bearer error="invalid_token""#)), "{what}");
}

#[tokio::test]
async fn a_user_of_latchkey_gets_their_own_notes() {
    let Some(stack) = own_stack() else { return };
    let stack = with_notes(stack).start().await;
    let (_person, token) = stack.api.somebody().await;
    let answer = notes_of(&stack, &token).await.expect(200);
    assert_eq!(answer.json()["id"], stack.api.me(&token).await.expect(200).json()["id"]);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let (_other, token) = stack.api.somebody().await;
    assert_ne!(notes_of(&stack, &token).await.expect(200).json()["id"], answer.json()["id"]);

    let elsewhere = stack.api.send_to_gateway(stack.api.get("/notes/other").bearer_auth(&token)).await.expect(404);
    assert_eq!(elsewhere.json(), json!({"message": "Not Found"}));
    let posted = stack.api.send_to_gateway(stack.api.post(PATH).bearer_auth(&token)).await.expect(405);
    assert_eq!(posted.header("allow"), Some("GET"));
}

#[tokio::test]
async fn without_a_token_it_is_401_with_a_plain_challenge() {
    let Some(stack) = own_stack() else { return };
    let stack = with_notes(stack).start().await;
    for header in [None, Some("Basic YTpi")] {
        let request = stack.api.get(PATH);
        let request = header.into_iter().fold(request, |request, value| request.header("authorization", value));
        let answer = stack.api.send_to_gateway(request).await.expect(401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
}

#[tokio::test]
async fn the_cookie_serves_as_well_on_this_host_and_a_bearer_header_wins() {
    for plain in [false, true] {
        let Some(stack) = own_stack() else { return };
        let stack = with_notes(if plain { stack.plain_cookie() } else { stack }).start().await;
        let (person, _token) = stack.api.somebody().await;
        let login = stack.api.post("/auth/login").header("x-token-transport", "cookie").json(&person.login_body());
        let (name, token, _attributes) = set_cookie_of(&stack.api.send(login).await.expect(200));
        assert_eq!(name, if plain { "authToken" } else { "__Host-authToken" });
        let with = |cookie: String| stack.api.get(PATH).header("cookie", cookie);
        let cookie = format!("theme=dark; {name}={token}; other=1");
        let _ = stack.api.send_to_gateway(with(cookie.clone())).await.expect(200);
        let _ = stack.api.send_to_gateway(with(format!("x{name}={token}"))).await.expect(401);
        let _ = stack.api.send_to_gateway(with(format!("{name}=forged"))).await.expect(401);
        let _ = stack.api.send_to_gateway(with(cookie).bearer_auth("forged")).await.expect(401);
    }
}

/// `TOKEN_COOKIE` is not set where the function has another host than Latchkey, to which no browser sends the cookie.
#[tokio::test]
async fn on_another_host_the_cookie_is_no_token() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (_person, token) = stack.api.somebody().await;
    let there = [("ISSUER", stack.api.url()), ("AUDIENCE", "latchkey")];
    let here = [there.as_slice(), &[("TOKEN_COOKIE", "__Host-authToken")]].concat();
    let challenge = |answer: &Value| answer["headers"]["www-authenticate"].clone();
    for (variables, status, expected) in [(there.as_slice(), 401, json!("Bearer")), (&here, 200, Value::Null)] {
        let runtime = RuntimeApi::start().await;
        let _function = runtime.start_function(Program::new(PROGRAM, r#"{"variables": []}"#), variables);
        let mut event = http_api_event("GET", PATH, &Value::Null);
        event["cookies"] = json!([format!("__Host-authToken={token}")]);
        let answer = runtime.invoke_in_time(event).await;
        assert_eq!((&answer["statusCode"], challenge(&answer)), (&json!(status), expected), "{variables:?}");
        let mut event = http_api_event("GET", PATH, &Value::Null);
        event["headers"]["authorization"] = format!("Bearer {token}").into();
        assert_eq!(runtime.invoke_in_time(event).await["statusCode"], 200, "{variables:?}");
    }
}

#[tokio::test]
async fn what_latchkey_never_issues_is_401() {
    let Some(stack) = own_stack() else { return };
    let forge = Forge::of(with_notes(stack).start().await).await;
    let _ = notes_of(&forge.stack, &forge.signed(&forge.header, &forge.claims)).await.expect(200);
    let issued_at = forge.claims["iat"].as_u64().unwrap();

    for header in [
        json!({"typ": "at+jwt"}),
        json!({"typ": null}),
        json!({"kid": null}),
        json!({"kid": "unknown"}),
        json!({"alg": "RS384"}),
        json!({"alg": "RS512"}),
        json!({"alg": "PS256"}),
        json!({"crit": ["exp"]}),
        json!({"jku": "https://evil.example/jwks.json"}),
        json!({"anything": "else"}),
    ] {
        let token = forge.signed(&forge.header_with(header.clone()), &forge.claims);
        assert_refused(&forge.stack, &header.to_string(), &token).await;
    }
    for member in ["jku", "jwk", "x5u", "crit"] {
        let mut header = forge.header.clone();
        header[member] = Value::Null;
        assert_refused(&forge.stack, &header.to_string(), &forge.signed(&header, &forge.claims)).await;
    }
    for claims in [
        json!({"iss": "https://evil.example"}),
        json!({"aud": "other"}),
        json!({"token_use": "id"}),
        json!({"sub": ""}),
        json!({"exp": issued_at - 1}),
        json!({"iat": issued_at + 3600}),
    ] {
        let token = forge.signed(&forge.header, &forge.claims_with(claims.clone()));
        assert_refused(&forge.stack, &claims.to_string(), &token).await;
    }
    for claim in ["iss", "aud", "sub", "iat", "exp", "token_use"] {
        let token = forge.signed(&forge.header, &forge.claims_with(json!({claim: null})));
        assert_refused(&forge.stack, &format!("without {claim}"), &token).await;
    }
}

#[tokio::test]
async fn what_somebody_else_made_is_401() {
    let Some(stack) = own_stack() else { return };
    let forge = Forge::of(with_notes(stack).start().await).await;
    let (header, claims, stack) = (&forge.header, &forge.claims, &forge.stack);
    let (rest, signature) = forge.token.rsplit_once('.').unwrap();

    let foreign = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    assert_refused(stack, "a foreign key", &sign_with(&foreign, header, claims)).await;
    let none = message(&forge.header_with(json!({"alg": "none"})), claims);
    assert_refused(stack, "none", &format!("{none}.")).await;
    assert_refused(stack, "none with a signature", &format!("{none}.{signature}")).await;
    let jwks = stack.api.send(stack.api.get("/.well-known/jwks.json")).await.expect(200);
    let is_ours = |key: &&Value| key["kid"] == header["kid"];
    let jwk = jwks.json()["keys"].as_array().unwrap().iter().find(is_ours).unwrap().clone();
    let modulus = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    for secret in [modulus, jwk["n"].to_string().into_bytes(), jwk.to_string().into_bytes(), jwks.text.into_bytes()] {
        let token = Forge::tagged(&forge.header_with(json!({"alg": "HS256"})), claims, &secret);
        assert_refused(stack, "HS256 with the public key", &token).await;
    }
    let promoted = message(header, &forge.claims_with(json!({"sub": "somebody-else"})));
    assert_refused(stack, "changed claims", &format!("{promoted}.{signature}")).await;
    for token in ["", "garbage", "a.b.c", "Bearer", rest, &format!("{}x", forge.token), &forge.token.to_uppercase()] {
        assert_refused(stack, token, token).await;
    }
}

#[tokio::test]
async fn a_token_that_has_expired_is_401() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still_ago(25 * HOUR);
    let stack = with_notes(stack).clock(clock.clock()).start().await;
    let (person, expired) = stack.api.somebody().await;
    assert_refused(&stack, "a day and an hour old", &expired).await;
    clock.advance(2 * HOUR);
    let token = stack.api.login(&person).await.expect(200).token();
    let _ = notes_of(&stack, &token).await.expect(200);
}

/// The limit that the documentation states: who checks tokens by the keys alone does not hear of a log-out.
#[tokio::test]
async fn a_token_that_was_ended_everywhere_is_taken_until_it_expires() {
    let Some(stack) = own_stack() else { return };
    let stack = with_notes(stack).start().await;
    let (_person, token) = stack.api.somebody().await;
    let logout = stack.api.post("/auth/logout").bearer_auth(&token).json(&json!({"everywhere": true}));
    let _ = stack.api.send(logout).await.expect(204);
    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
    let _ = notes_of(&stack, &token).await.expect(200);
}

#[tokio::test]
async fn a_rotation_of_keys_is_noticed_by_nobody() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still_ago(25 * HOUR);
    let stack = with_notes(stack).variable("KEY_ROTATION_DAYS", "1").variable("TOKEN_LIFETIME_SECONDS", "43200");
    let stack = stack.clock(clock.clock()).start().await;
    let (person, _first) = stack.api.somebody().await;
    clock.advance(23 * HOUR);
    let before = stack.api.login(&person).await.expect(200).token();
    let _ = notes_of(&stack, &before).await.expect(200);
    clock.advance(2 * HOUR);
    let after = stack.api.login(&person).await.expect(200).token();
    assert_ne!(kid_of(&before), kid_of(&after));
    for token in [&before, &after] {
        let _ = notes_of(&stack, token).await.expect(200);
    }
}

#[tokio::test]
async fn without_any_keys_it_is_503_until_they_are_there_and_then_an_outage_changes_nothing() {
    let Some(stack) = own_stack() else { return };
    let issuer = Issuer::start().await;
    let stack = with_notes(stack.variable("ISSUER", issuer.url())).start().await;
    let (_person, token) = stack.api.somebody().await;
    for _ in 0..2 {
        let answer = notes_of(&stack, &token).await.expect(503);
        assert_eq!(answer.header("retry-after"), Some("5"));
    }
    assert_eq!(issuer.times_asked(), 2);

    let jwks = stack.api.send(stack.api.get("/.well-known/jwks.json")).await.expect(200).text;
    issuer.publish(Some(jwks));
    let _ = notes_of(&stack, &token).await.expect(200);
    issuer.publish(None);
    let _ = notes_of(&stack, &token).await.expect(200);
    let forge = Forge::of(stack).await;
    for number in 0..10 {
        let header = forge.header_with(json!({"kid": format!("made-up-{number}")}));
        assert_refused(&forge.stack, "a made-up key", &forge.signed(&header, &forge.claims)).await;
    }
    assert_eq!(issuer.times_asked(), 3, "made-up keys cost no reading within a minute of one");
}

#[tokio::test]
async fn the_gateways_cors_holds_for_it_as_well() {
    let Some(stack) = own_stack() else { return };
    let stack = with_notes(stack.variable("ALLOWED_ORIGINS", "https://app.example.com")).start().await;
    for (origin, allowed) in [("https://app.example.com", true), ("https://evil.example", false)] {
        let preflight = stack.api.request(Method::OPTIONS, PATH).header("origin", origin);
        let preflight = preflight.header("access-control-request-method", "GET");
        for request in [preflight, stack.api.get(PATH).header("origin", origin)] {
            let answer = stack.api.send_to_gateway(request).await;
            assert_eq!(answer.header("access-control-allow-origin"), allowed.then_some(origin), "{answer:?}");
        }
    }
}
