//! The way to a provider.

use api_tests::{ForgedOp, OwnStack, Reply, ScriptedProvider, own_stack, set_cookie_of};
use oauth::Challenge;
use serde_json::json;
use url::Url;

use super::flow::{
    Flow, OTHER_PAGE, PAGE, PROVIDERS, VERIFIER, all_at, error_of, stack_at, stack_with, stack_with_pages, start,
    with_query,
};

/// A stack with every provider at one server.
async fn stack_with_all(provider: &ScriptedProvider, more: &[(&str, &str)]) -> Option<OwnStack> {
    let all = all_at(provider.url());
    let all = all.iter().map(|(name, value)| (*name, value.as_str()));
    Some(stack_with(all.chain(more.iter().copied()))?.start().await)
}

fn publish_document(provider: &ScriptedProvider) {
    let issuer = provider.url();
    let document = json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
    });
    provider.reply("/.well-known/openid-configuration", Reply::Json(200, document));
}

#[tokio::test]
async fn the_list_names_the_providers_that_are_configured() {
    let provider = ScriptedProvider::start().await;
    let Some(stack) = stack_with_all(&provider, &[]).await else { return };
    let answer = stack.api.send(stack.api.get("/auth/oauth")).await.expect(200);
    assert_eq!(answer.json(), json!({"providers": PROVIDERS}));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
}

#[tokio::test]
async fn without_a_provider_the_list_is_empty_and_every_other_route_is_404() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    assert_eq!(api.send(api.get("/auth/oauth")).await.expect(200).json(), json!({"providers": []}));
    for provider in PROVIDERS {
        let _ = start(api, provider, "http://localhost:3000/").await.expect_problem(404, "unknown_provider");
        let callback = api.get(&format!("/auth/oauth/{provider}/callback?state=a&code=b"));
        let _ = api.send(callback).await.expect_problem(404, "unknown_provider");
    }
}

#[tokio::test]
async fn none_is_as_good_as_no_value() {
    let names = ["CLIENT_ID", "CLIENT_SECRET"].map(|what| format!("OAUTH_GITHUB_{what}"));
    let none = names.iter().map(|name| (name.as_str(), "none"));
    let Some(stack) = own_stack() else { return };
    let stack = none.fold(stack, |stack, (name, value)| stack.variable(name, value));
    let stack = stack.variable("OAUTH_RETURN_URLS", "none").start().await;
    let list = stack.api.send(stack.api.get("/auth/oauth")).await.expect(200);
    assert_eq!(list.json(), json!({"providers": []}));
}

#[tokio::test]
async fn each_provider_is_asked_what_its_documents_say() {
    let provider = ScriptedProvider::start().await;
    publish_document(&provider);
    let Some(stack) = stack_with_all(&provider, &[]).await else { return };
    let mut states = Vec::new();
    for (name, path, scope) in [
        ("google", "/o/oauth2/v2/auth", "openid email profile"),
        ("github", "/login/oauth/authorize", "user:email"),
        ("facebook", "/v25.0/dialog/oauth", "public_profile,email"),
        ("x", "/i/oauth2/authorize", "users.read tweet.read users.email"),
        ("oidc", "/authorize", "openid email profile"),
    ] {
        let flow = Flow::begin(&stack.api, name).await;
        assert_eq!(format!("{}{path}", provider.url()), flow.to.as_str().split('?').next().unwrap());
        let redirect_uri = format!("{}/auth/oauth/{name}/callback", stack.api.url());
        for (parameter, value) in [
            ("response_type", "code"),
            ("client_id", "app-1"),
            ("redirect_uri", &redirect_uri),
            ("scope", scope),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(flow.asked[parameter], value, "{name}");
        }
        let is_random = |parameter: &str| flow.asked[parameter].len() == 43;
        assert!(is_random("state") && is_random("code_challenge"), "{name}: {}", flow.to);
        assert_ne!(flow.asked["code_challenge"], Challenge::of(VERIFIER).as_str(), "it is not the page's");
        assert_eq!(flow.asked.contains_key("nonce"), ["google", "oidc"].contains(&name));
        assert!(flow.to.as_str().len() < 2000 && !flow.to.as_str().contains("secret-1"));
        states.extend([flow.state().to_owned(), flow.asked["code_challenge"].clone()]);
    }
    states.sort_unstable();
    states.dedup();
    assert_eq!(states.len(), 2 * PROVIDERS.len(), "each is drawn anew");
}

#[tokio::test]
async fn the_cookie_is_lax_and_of_this_host_alone_whatever_the_others_are() {
    let provider = ScriptedProvider::start().await;
    for same_site in ["Lax", "Strict", "None"] {
        let more = [("COOKIE_SAME_SITE", same_site), ("ALLOWED_ORIGINS", "https://app.example.com")];
        let Some(stack) = stack_with_all(&provider, &more).await else { return };
        for name in ["google", "github", "facebook", "x"] {
            let answer = start(&stack.api, name, PAGE).await.expect(302);
            let (cookie, value, attributes) = set_cookie_of(&answer);
            assert_eq!(cookie, format!("__Host-oauth-{name}"));
            assert!((200..1024).contains(&value.len()), "{}", value.len());
            assert_eq!(attributes, ["httponly", "max-age=600", "path=/", "samesite=lax", "secure"], "{same_site}");
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
}

#[tokio::test]
async fn the_plain_cookie_has_a_plain_name() {
    let op = ForgedOp::start().await;
    let Some(stack) = stack_at(&op) else { return };
    let stack = stack.plain_cookie().start().await;
    let answer = start(&stack.api, "oidc", PAGE).await.expect(302);
    let (cookie, _value, attributes) = set_cookie_of(&answer);
    assert_eq!((cookie.as_str(), attributes.contains(&"secure".to_owned())), ("oauth-oidc", false));
    let flow = Flow::of("oidc", &answer);
    assert_eq!(error_of(&flow.come_back(&stack.api).await), "provider_refused", "the cookie was found");
}

#[tokio::test]
async fn a_start_that_is_not_in_order_is_400_and_sets_no_cookie() {
    let provider = ScriptedProvider::start().await;
    let Some(stack) = stack_with_all(&provider, &[]).await else { return };
    let challenge = Challenge::of(VERIFIER);
    let challenge = challenge.as_str();
    let (page, short) = (("return_to", PAGE), challenge.replacen(char::is_alphanumeric, "", 1));
    for (query, code) in [
        (vec![], "malformed_request"),
        (vec![page], "malformed_request"),
        (vec![("code_challenge", challenge)], "malformed_request"),
        (vec![page, ("code_challenge", "")], "malformed_request"),
        (vec![page, ("code_challenge", &short)], "malformed_request"),
        (vec![page, ("code_challenge", &challenge.replace('-', "+"))], "malformed_request"),
        (vec![page, ("code_challenge", challenge), ("code_challenge", challenge)], "malformed_request"),
        (vec![page, page, ("code_challenge", challenge)], "malformed_request"),
        (vec![("return_to", "https://evil.example/"), ("code_challenge", challenge)], "return_url_not_allowed"),
    ] {
        let answer = stack.api.send(stack.api.get(&with_query("/auth/oauth/google", &query))).await;
        let answer = answer.expect_problem(400, code);
        assert_eq!((answer.header("set-cookie"), answer.header("location")), (None, None), "{query:?}");
    }
}

#[tokio::test]
async fn consent_is_asked_for_if_any_program_may_receive_what_returns() {
    let provider = ScriptedProvider::start().await;
    publish_document(&provider);
    let loopback = "http://127.0.0.1:4000/done";
    let pages = format!("{PAGE},{OTHER_PAGE},{loopback}");
    let Some(stack) = stack_with_all(&provider, &[("OAUTH_RETURN_URLS", &pages)]).await else { return };
    for (name, parameter, value) in [
        ("google", "prompt", "consent"),
        ("oidc", "prompt", "consent"),
        ("github", "prompt", "select_account"),
        ("facebook", "auth_type", "reauthenticate"),
    ] {
        for (page, expected) in [(PAGE, None), (OTHER_PAGE, Some(value)), (loopback, Some(value))] {
            let flow = Flow::begin_for(&stack.api, name, page).await;
            assert_eq!(flow.asked.get(parameter).map(String::as_str), expected, "{name} {page}");
        }
    }
}

#[tokio::test]
async fn a_flood_of_starts_costs_no_write() {
    let op = ForgedOp::start().await;
    let Some(stack) = stack_at(&op) else { return };
    let stack = stack.start_behind_proxy(None).await;
    for _ in 0..20 {
        let _ = start(&stack.api, "oidc", PAGE).await.expect(302);
    }
    let calls = stack.proxy.take_calls();
    let reads = ["GetItem", "TransactGetItems"];
    assert!(calls.iter().all(|call| reads.contains(&call.operation.as_str())), "{calls:?}");
    assert_eq!(op.server.count_calls("/.well-known/openid-configuration"), 1, "the document is kept in memory");
}

#[tokio::test]
async fn an_issuer_that_cannot_be_asked_sends_the_browser_back() {
    let provider = ScriptedProvider::start().await;
    let Some(stack) = stack_with_all(&provider, &[]).await else { return };
    // The document is 404.
    let answer = start(&stack.api, "oidc", PAGE).await.expect(302);
    assert_eq!(answer.header("location").unwrap(), format!("{PAGE}?error=provider_refused#"));
    assert_eq!(answer.header("set-cookie"), None);
}

#[tokio::test]
async fn real_providers_are_where_everybody_knows_them() {
    let Some(stack) = stack_with_pages() else { return };
    let apps = ["GOOGLE", "GITHUB", "FACEBOOK", "X"].into_iter().fold(stack, |stack, provider| {
        let stack = stack.variable(&format!("OAUTH_{provider}_CLIENT_ID"), "app-1");
        stack.variable(&format!("OAUTH_{provider}_CLIENT_SECRET"), "secret-1")
    });
    let stack = apps.start().await;
    for (name, endpoint) in [
        ("google", "https://accounts.google.com/o/oauth2/v2/auth"),
        ("github", "https://github.com/login/oauth/authorize"),
        ("facebook", "https://www.facebook.com/v25.0/dialog/oauth"),
        ("x", "https://x.com/i/oauth2/authorize"),
    ] {
        let mut to: Url = Flow::begin(&stack.api, name).await.to;
        to.set_query(None);
        assert_eq!(to.as_str(), endpoint);
    }
}
