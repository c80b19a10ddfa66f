//! Providers that fail.

use std::time::Duration;

use api_tests::{ForgedOp, OpKey, Reply, ScriptedProvider, StackBuilder, TestClock};
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::clock::Stopwatch;

use super::flow::{Flow, PAGE, all_at, code_of, error_of, stack_at, stack_with, start};

/// A call takes at most 3 s. What is more is the machine's.
const CALL: Duration = Duration::from_secs(3);

fn stack_at_all(provider: &ScriptedProvider) -> Option<StackBuilder> {
    let all = all_at(provider.url());
    stack_with(all.iter().map(|(name, value)| (*name, value.as_str())))
}

/// User endpoints and what they answer.
type Users = Vec<(&'static str, Value)>;

/// Each provider without a document: its token endpoint, its user endpoint, and what the latter answers.
fn endpoints() -> [(&'static str, &'static str, Users); 4] {
    [
        ("google", "/token", vec![]),
        (
            "github",
            "/login/oauth/access_token",
            vec![("/api/v3/user", json!({"id": 42})), ("/api/v3/user/emails", json!([]))],
        ),
        ("facebook", "/v25.0/oauth/access_token", vec![("/v25.0/me", json!({"id": "42"}))]),
        ("x", "/2/oauth2/token", vec![("/2/users/me", json!({"data": {"id": "42"}}))]),
    ]
}

fn token() -> Reply {
    Reply::Json(200, json!({"access_token": "t", "token_type": "bearer"}))
}

/// What no provider should answer, and the error that comes of it.
fn nonsense() -> Vec<(Reply, &'static str)> {
    let text = |status, text: &str| Reply::Text(status, text.to_owned());
    vec![
        (Reply::Huge, "provider_refused"),
        (Reply::Endless, "provider_refused"),
        (Reply::Redirect("/elsewhere".to_owned()), "provider_refused"),
        (text(200, ""), "provider_refused"),
        (text(200, "access_token=t&token_type=bearer"), "provider_refused"),
        (text(200, "<html>"), "provider_refused"),
        (text(200, "null"), "provider_refused"),
        (text(200, "[]"), "provider_refused"),
        (text(200, "{}"), "provider_refused"),
        (text(200, &"[".repeat(60_000)), "provider_refused"),
        (text(204, ""), "provider_refused"),
        (text(400, ""), "provider_refused"),
        (text(404, "{}"), "provider_refused"),
        (text(402, "{}"), "provider_unavailable"),
        (text(429, "{}"), "provider_unavailable"),
        (text(500, "oops"), "provider_unavailable"),
        (text(503, "{\"error\":\"temporarily_unavailable\"}"), "provider_unavailable"),
    ]
}

#[tokio::test]
async fn whatever_a_token_endpoint_answers_ends_in_a_redirect() {
    let provider = ScriptedProvider::start().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    for (name, endpoint, _users) in endpoints() {
        for (reply, expected) in nonsense() {
            provider.reply(endpoint, reply.clone());
            let flow = Flow::begin(&stack.api, name).await;
            let began = Stopwatch::start();
            assert_eq!(error_of(&flow.come_back(&stack.api).await), expected, "{name} {reply:?}");
            assert!(began.elapsed() < 2 * CALL, "{name} {reply:?}");
        }
        assert_eq!(provider.count_calls("/elsewhere"), 0, "a redirect is not followed");
    }
}

#[tokio::test]
async fn whatever_a_user_endpoint_answers_ends_in_a_redirect() {
    let provider = ScriptedProvider::start().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    for (name, endpoint, users) in endpoints() {
        provider.reply(endpoint, token());
        for (odd, _good) in &users {
            for (path, good) in &users {
                provider.reply(path, Reply::Json(200, good.clone()));
            }
            if *odd != "/api/v3/user/emails" {
                let flow = Flow::begin(&stack.api, name).await;
                let _ = code_of(&flow.come_back(&stack.api).await);
            }
            for (reply, expected) in nonsense() {
                if *odd == "/api/v3/user/emails" && matches!(&reply, Reply::Text(200, text) if text == "[]") {
                    continue;
                }
                provider.reply(odd, reply.clone());
                let flow = Flow::begin(&stack.api, name).await;
                assert_eq!(error_of(&flow.come_back(&stack.api).await), expected, "{name} {odd} {reply:?}");
            }
        }
        assert_eq!(provider.count_calls("/elsewhere"), 0, "a redirect is not followed");
    }
}

#[tokio::test]
async fn a_subject_that_is_not_in_order_is_refused() {
    let provider = ScriptedProvider::start().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    for (name, endpoint, path, user) in [
        ("github", "/login/oauth/access_token", "/api/v3/user", (|id| json!({ "id": id })) as fn(Value) -> Value),
        ("facebook", "/v25.0/oauth/access_token", "/v25.0/me", |id| json!({ "id": id })),
        ("x", "/2/oauth2/token", "/2/users/me", |id| json!({"data": {"id": id}})),
    ] {
        provider.reply(endpoint, token());
        provider.reply("/api/v3/user/emails", Reply::Json(200, json!([])));
        for id in
            [json!(""), json!("a b"), json!("\u{e9}"), json!("s".repeat(256)), json!(-1), json!(null), json!([42])]
        {
            provider.reply(path, Reply::Json(200, user(id.clone())));
            let flow = Flow::begin(&stack.api, name).await;
            assert_eq!(error_of(&flow.come_back(&stack.api).await), "provider_refused", "{name} {id}");
        }
    }
}

#[tokio::test]
async fn each_error_of_a_token_endpoint_is_told_apart() {
    let provider = ScriptedProvider::start().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    let facebooks =
        |number: u64| json!({"message": "m", "type": "OAuthException", "code": 100, "error_subcode": number});
    let description = "Value passed for the authorization code was invalid.";
    for (name, status, error, description, expected) in [
        ("google", 400, json!("invalid_grant"), "", "sign_in_expired"),
        ("google", 401, json!("invalid_client"), "", "provider_refused"),
        ("google", 400, json!("redirect_uri_mismatch"), "", "provider_refused"),
        ("github", 200, json!("bad_verification_code"), "", "sign_in_expired"),
        ("github", 200, json!("incorrect_client_credentials"), "", "provider_refused"),
        ("github", 200, json!("redirect_uri_mismatch"), "", "provider_refused"),
        ("github", 200, json!({"odd": "object"}), "", "provider_refused"),
        ("facebook", 400, facebooks(36007), "", "sign_in_expired"),
        ("facebook", 400, facebooks(36009), "", "sign_in_expired"),
        ("facebook", 400, facebooks(36008), "", "provider_refused"),
        ("facebook", 500, facebooks(99), "", "provider_unavailable"),
        ("x", 400, json!("invalid_request"), description, "sign_in_expired"),
        ("x", 400, json!("invalid_request"), "Missing required parameter [code].", "provider_refused"),
        ("x", 401, json!("unauthorized_client"), "", "provider_refused"),
    ] {
        let (_name, endpoint, _users) = endpoints().into_iter().find(|(it, ..)| *it == name).unwrap();
        let mut body = json!({"error": error, "error_description": description});
        // An error counts also if a token is beside it.
        body["access_token"] = "t".into();
        provider.reply(endpoint, Reply::Json(status, body));
        let flow = Flow::begin(&stack.api, name).await;
        assert_eq!(error_of(&flow.come_back(&stack.api).await), expected, "{name} {error}");
    }
}

#[tokio::test]
async fn a_provider_that_never_answers_costs_three_seconds_and_other_requests_do_not_notice() {
    let provider = ScriptedProvider::start().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    provider.reply("/login/oauth/access_token", Reply::Never);
    provider.reply("/2/oauth2/token", Reply::Stalled);
    let (github, x) = (Flow::begin(api, "github").await, Flow::begin(api, "x").await);
    let began = Stopwatch::start();
    let waiting = async { tokio::join!(github.come_back(api), x.come_back(api)) };
    let others = async {
        let _ = api.send(api.get("/auth/oauth")).await.expect(200);
        began.elapsed()
    };
    let ((of_github, of_x), others_took) = tokio::join!(waiting, others);
    let took = began.elapsed();
    assert_eq!(
        (error_of(&of_github).as_str(), error_of(&of_x).as_str()),
        ("provider_unavailable", "provider_unavailable")
    );
    assert!((CALL..2 * CALL).contains(&took) && others_took < CALL, "{took:?} {others_took:?}");
}

#[tokio::test]
async fn a_flood_of_starts_calls_an_issuer_that_is_away_once_in_ten_seconds() {
    for away in [Reply::Text(503, "{}".to_owned()), Reply::Never] {
        let (op, clock) = (ForgedOp::start().await, TestClock::standing_still());
        op.server.reply(ForgedOp::DOCUMENT, away.clone());
        let Some(stack) = stack_at(&op) else { return };
        let stack = stack.clock(clock.clock()).start().await;
        let began = Stopwatch::start();
        for answer in join_all((0..20).map(|_| start(&stack.api, "oidc", PAGE))).await {
            assert_eq!(error_of(&answer), "provider_unavailable", "{away:?}");
        }
        assert!(began.elapsed() < 2 * CALL, "{:?}", began.elapsed());
        op.publish_document(json!({}));
        clock.advance(Duration::from_millis(9_999));
        assert_eq!(error_of(&start(&stack.api, "oidc", PAGE).await), "provider_unavailable", "{away:?}");
        assert_eq!(op.server.count_calls(ForgedOp::DOCUMENT), 1, "{away:?}");
        clock.advance(Duration::from_millis(1));
        let _ = Flow::begin(&stack.api, "oidc").await;
    }
}

#[tokio::test]
async fn a_key_set_that_breaks_off_costs_three_seconds() {
    let op = ForgedOp::start().await;
    let Some(stack) = stack_at(&op) else { return };
    let stack = stack.start().await;
    let flow = Flow::begin(&stack.api, "oidc").await;
    let key = OpKey::ec();
    op.give_token(&key.sign(&json!({"alg": "ES256", "kid": "k"}), &op.claims(flow.nonce(), 0, json!({}))));
    op.server.reply("/keys", Reply::Stalled);
    let began = Stopwatch::start();
    assert_eq!(error_of(&flow.come_back(&stack.api).await), "provider_unavailable");
    assert!((CALL..2 * CALL).contains(&began.elapsed()), "{:?}", began.elapsed());
}

#[tokio::test]
async fn calls_of_which_each_is_in_time_take_six_seconds_together_at_most() {
    const LATE: Duration = Duration::from_millis(2500);

    let (op, key) = (ForgedOp::start().await, OpKey::ec());
    let clock = TestClock::standing_still();
    let Some(stack) = stack_at(&op) else { return };
    let stack = stack.clock(clock.clock()).start().await;
    let _document_is_read = Flow::begin(&stack.api, "oidc").await;
    clock.advance(Duration::from_mins(55));
    let flow = Flow::begin(&stack.api, "oidc").await;
    clock.advance(Duration::from_mins(6));
    let claims = op.claims(flow.nonce(), clock.clock().now().as_secs(), json!({}));
    let token = key.sign(&json!({"alg": "ES256", "kid": "k"}), &claims);
    op.server.reply(ForgedOp::DOCUMENT, Reply::Late(LATE, op.document(json!({}))));
    op.server.reply("/token", Reply::Late(LATE, json!({"access_token": "t", "id_token": token})));
    op.server.reply("/keys", Reply::Late(LATE, json!({"keys": [key.jwk("k")]})));
    let began = Stopwatch::start();
    assert_eq!(error_of(&flow.come_back(&stack.api).await), "provider_unavailable");
    assert!((2 * CALL..3 * CALL).contains(&began.elapsed()), "{:?}", began.elapsed());
}

#[tokio::test]
async fn nobody_at_the_providers_address_is_unavailable_at_once() {
    let port = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() };
    let all = all_at(&format!("http://127.0.0.1:{port}"));
    let Some(stack) = stack_with(all.iter().map(|(name, value)| (*name, value.as_str()))) else { return };
    let stack = stack.start().await;
    assert_eq!(error_of(&start(&stack.api, "oidc", PAGE).await), "provider_unavailable");
    for name in ["google", "github", "facebook", "x"] {
        let flow = Flow::begin(&stack.api, name).await;
        assert_eq!(error_of(&flow.come_back(&stack.api).await), "provider_unavailable", "{name}");
    }
}

#[tokio::test]
async fn a_document_that_is_not_in_order_is_refused() {
    let op = ForgedOp::start().await;
    for changes in [
        json!({"issuer": "https://accounts.evil.example"}),
        json!({"issuer": format!("{}/", op.issuer())}),
        json!({"issuer": null}),
        json!({"token_endpoint": null}),
        json!({"jwks_uri": "/keys"}),
        json!({"token_endpoint": "http://accounts.example.com/token"}),
        json!({"authorization_endpoint": "javascript:alert(1)"}),
        json!({"authorization_endpoint": "https://user@accounts.example.com/"}),
    ] {
        op.publish_document(changes.clone());
        let Some(stack) = stack_at(&op) else { return };
        let stack = stack.start().await;
        assert_eq!(error_of(&start(&stack.api, "oidc", PAGE).await), "provider_refused", "{changes}");
    }
    op.publish_document(json!({"authorization_endpoint": "https://accounts.example.com/authorize?tenant=a"}));
    let Some(stack) = stack_at(&op) else { return };
    let stack = stack.start().await;
    let flow = Flow::begin(&stack.api, "oidc").await;
    assert!(flow.to.as_str().starts_with("https://accounts.example.com/authorize?tenant=a&"), "{}", flow.to);
}

#[tokio::test]
async fn keys_of_another_form_are_refused() {
    let op = ForgedOp::start().await;
    let key = OpKey::ec();
    for keys in [json!(null), json!([]), json!({}), json!({"keys": null}), json!({"keys": {}}), json!({"keys": []})] {
        op.server.reply("/keys", Reply::Json(200, keys.clone()));
        let Some(stack) = stack_at(&op) else { return };
        let stack = stack.start().await;
        let flow = Flow::begin(&stack.api, "oidc").await;
        op.give_token(&key.sign(&json!({"alg": "ES256", "kid": "k"}), &op.claims(flow.nonce(), 0, json!({}))));
        assert_eq!(error_of(&flow.come_back(&stack.api).await), "provider_refused", "{keys}");
    }
}
