//! The way back from a provider.

use std::time::Duration;

use api_tests::{ForgedOp, Reply, ScriptedProvider, TestClock, own_stack, set_cookie_of};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth::Challenge;
use reqwest::header::COOKIE;
use serde_json::json;
use shared::domain::EmailAddress;

use super::flow::{
    Flow, OTHER_PAGE, PAGE, PROVIDERS, all_at, code_of, come_back, error_of, identity_in, sent_to, stack_at,
    stack_with, start, with_query,
};

/// GitHub, which answers as it should.
async fn github() -> ScriptedProvider {
    let provider = ScriptedProvider::start().await;
    provider.reply("/login/oauth/access_token", Reply::Json(200, json!({"access_token": "t", "token_type": "bearer"})));
    provider.reply("/api/v3/user", Reply::Json(200, json!({"id": 42, "login": "ada", "name": "Ada"})));
    provider.reply("/api/v3/user/emails", Reply::Json(200, json!([])));
    provider
}

fn stack_at_all(provider: &ScriptedProvider) -> Option<api_tests::StackBuilder> {
    let all = all_at(provider.url());
    stack_with(all.iter().map(|(name, value)| (*name, value.as_str())))
}

#[tokio::test]
async fn a_callback_in_another_browser_is_expired_and_reaches_no_provider() {
    let provider = github().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    let flow = Flow::begin(&stack.api, "github").await;
    let query = [("code", "code-1"), ("state", flow.state())];
    let twice = format!("{0}; {0}", flow.cookie);
    for cookie in ["", "__Host-oauth-github=", "__Host-oauth-github=forged", "oauth-github=plain", &twice] {
        assert_eq!(error_of(&come_back(&stack.api, "github", &query, cookie).await), "sign_in_expired", "{cookie}");
    }
    assert!(provider.take_calls().is_empty());
    let _ = code_of(&flow.come_back(&stack.api).await);
}

#[tokio::test]
async fn without_a_list_a_page_of_this_machine_may_be_gone_to_and_else_the_own_one_is() {
    let provider = github().await;
    let Some(stack) = own_stack() else { return };
    let all = all_at(provider.url());
    let stack = all.iter().fold(stack, |stack, (name, value)| stack.variable(name, value)).start().await;
    let nobodys = come_back(&stack.api, "github", &[("code", "a"), ("state", "b")], "").await;
    let own = format!("{}/", stack.api.url());
    assert_eq!(sent_to(&nobodys), (own, "error".to_owned(), "sign_in_expired".to_owned()));
    let page = "http://localhost:5173/done";
    let flow = Flow::begin_for(&stack.api, "github", page).await;
    let answer = flow.come_back(&stack.api).await;
    assert!(answer.header("location").unwrap().starts_with(&format!("{page}?code=")), "{answer:?}");
}

#[tokio::test]
async fn another_state_is_expired_and_leaves_the_sign_in_that_is_under_way() {
    let provider = github().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    let (earlier, flow) = (Flow::begin(&stack.api, "github").await, Flow::begin(&stack.api, "github").await);
    let changed: String = flow.state().chars().rev().collect();
    for query in [
        vec![("code", "code-1"), ("state", earlier.state())],
        vec![("code", "code-1"), ("state", &changed)],
        vec![("code", "code-1"), ("state", "")],
        vec![("code", "code-1")],
        vec![("error", "access_denied"), ("state", earlier.state())],
    ] {
        let answer = flow.come_back_with(&stack.api, &query).await;
        assert_eq!((error_of(&answer).as_str(), answer.header("set-cookie")), ("sign_in_expired", None), "{query:?}");
    }
    assert!(provider.take_calls().is_empty());
    let _ = code_of(&flow.come_back(&stack.api).await);
}

#[tokio::test]
async fn a_person_has_ten_minutes_at_the_provider() {
    let (provider, clock) = (github().await, TestClock::standing_still());
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.clock(clock.clock()).start().await;
    let flow = Flow::begin(&stack.api, "github").await;
    clock.advance(Duration::from_millis(599_999));
    let _ = code_of(&flow.come_back(&stack.api).await);
    clock.advance(Duration::from_millis(1));
    assert_eq!(error_of(&flow.come_back(&stack.api).await), "sign_in_expired");
}

#[tokio::test]
async fn the_cookie_is_dropped_and_nothing_is_cached() {
    let provider = github().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    let flow = Flow::begin(&stack.api, "github").await;
    let good = flow.come_back(&stack.api).await;
    let cancelled = flow.come_back_with(&stack.api, &[("error", "access_denied"), ("state", flow.state())]).await;
    let none = come_back(&stack.api, "github", &[], "").await;
    for answer in [good, cancelled, none] {
        let (name, value, attributes) = set_cookie_of(&answer);
        assert_eq!((name.as_str(), value.as_str()), ("__Host-oauth-github", ""));
        assert_eq!(attributes, ["httponly", "max-age=0", "path=/", "samesite=lax", "secure"]);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn the_location_ends_in_an_empty_fragment_on_the_web_alone() {
    let provider = github().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    for (page, fragment) in [(PAGE, true), (OTHER_PAGE, false)] {
        let flow = Flow::begin_for(&stack.api, "github", page).await;
        let error = [("error", "access_denied"), ("state", flow.state())];
        for answer in [flow.come_back(&stack.api).await, flow.come_back_with(&stack.api, &error).await] {
            assert_eq!(answer.header("location").unwrap().ends_with('#'), fragment, "{answer:?}");
            assert_eq!(sent_to(&answer).0, page);
        }
    }
}

#[tokio::test]
async fn nothing_is_written_but_the_count() {
    let provider = github().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.variable("LIMIT_OAUTH", "10/900").start_behind_proxy(None).await;
    let flow = Flow::begin(&stack.api, "github").await;
    let _ = code_of(&flow.come_back(&stack.api).await);
    let calls = stack.proxy.take_calls();
    let written: Vec<_> = calls.iter().map(|call| stack.name_of(call)).filter(|name| !name.contains("Get")).collect();
    assert_eq!(written, ["UpdateItem ATTEMPTS_TABLE"]);
}

#[tokio::test]
async fn every_provider_gets_the_verifier_of_the_flow_the_redirect_uri_and_the_app() {
    let provider = ScriptedProvider::start().await;
    let issuer = provider.url();
    let document = json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
    });
    provider.reply("/.well-known/openid-configuration", Reply::Json(200, document));
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    let basic = format!("Basic {}", STANDARD.encode("app-1:secret-1"));
    for (name, path, in_form) in [
        ("google", "/token", true),
        ("github", "/login/oauth/access_token", true),
        ("facebook", "/v25.0/oauth/access_token", true),
        ("x", "/2/oauth2/token", false),
        ("oidc", "/token", false),
    ] {
        let flow = Flow::begin(&stack.api, name).await;
        let _ = provider.take_calls();
        let _ = error_of(&flow.come_back(&stack.api).await);
        let calls = provider.take_calls();
        let call = calls.iter().find(|call| call.path == path).unwrap_or_else(|| panic!("{name}: {calls:?}"));
        assert_eq!((call.method.as_str(), call.query.len()), ("POST", 0), "{name}");
        assert_eq!(Challenge::of(&call.form["code_verifier"]).as_str(), flow.asked["code_challenge"], "{name}");
        assert_eq!(call.form["redirect_uri"], flow.asked["redirect_uri"], "{name}");
        assert_eq!((call.form["code"].as_str(), call.form["grant_type"].as_str()), ("code-1", "authorization_code"));
        let authorization = call.headers.get("authorization").map(|value| value.to_str().unwrap());
        let app = ["client_id", "client_secret"].map(|member| call.form.get(member).map(String::as_str));
        let (expected_app, expected_header) =
            if in_form { ([Some("app-1"), Some("secret-1")], None) } else { ([None, None], Some(basic.as_str())) };
        assert_eq!((app, authorization), (expected_app, expected_header), "{name}");
        for header in ["accept", "user-agent"] {
            assert!(call.headers.contains_key(header), "{name} needs {header}");
        }
    }
}

#[tokio::test]
async fn a_secret_of_odd_characters_is_encoded_before_it_is_joined() {
    let op = ForgedOp::start().await;
    let Some(stack) = stack_at(&op) else { return };
    let stack = stack.start().await;
    let flow = Flow::begin(&stack.api, "oidc").await;
    let _ = error_of(&flow.come_back(&stack.api).await);
    let calls = op.server.take_calls();
    let token = calls.iter().find(|call| call.path == "/token").unwrap();
    let expected = STANDARD.encode("app-1:p%2Bq%3Ar%2Fs%25t%7Eu+v");
    assert_eq!(token.headers["authorization"], format!("Basic {expected}"));
}

#[tokio::test]
async fn an_issuer_that_takes_no_basic_gets_the_secret_in_the_form() {
    let op = ForgedOp::start().await;
    for (methods, in_form, refused) in [
        (json!(["client_secret_basic", "client_secret_post"]), false, false),
        (json!(["client_secret_post"]), true, false),
        (json!(["private_key_jwt"]), false, true),
    ] {
        op.publish_document(json!({ "token_endpoint_auth_methods_supported": methods }));
        let Some(stack) = stack_at(&op) else { return };
        let stack = stack.start().await;
        let answer = start(&stack.api, "oidc", PAGE).await.expect(302);
        if refused {
            assert_eq!(error_of(&answer), "provider_refused");
            continue;
        }
        let _ = Flow::of("oidc", &answer).come_back(&stack.api).await;
        let calls = op.server.take_calls();
        let token = calls.iter().find(|call| call.path == "/token").unwrap();
        assert_eq!(token.form.contains_key("client_secret"), in_form, "{methods}");
        assert_eq!(token.headers.contains_key("authorization"), !in_form, "{methods}");
    }
}

#[tokio::test]
async fn a_flow_that_began_at_one_provider_does_not_end_at_another() {
    let provider = github().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    for began in ["google", "facebook", "x"] {
        let flow = Flow::begin(&stack.api, began).await;
        let cookie = flow.cookie.replace(began, "github");
        let query = [("code", "code-1"), ("state", flow.state())];
        for cookie in [cookie.as_str(), flow.cookie.as_str()] {
            assert_eq!(error_of(&come_back(&stack.api, "github", &query, cookie).await), "sign_in_expired");
        }
    }
    assert!(provider.take_calls().is_empty());
}

#[tokio::test]
async fn an_iss_that_is_not_the_providers_is_refused_and_a_missing_one_is_not() {
    let provider = github().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    let own = format!("{}/login/oauth", provider.url());
    for (iss, accepted) in [(None, true), (Some(own.as_str()), true), (Some("https://github.com/login/oauth"), false)] {
        let flow = Flow::begin(&stack.api, "github").await;
        let _ = provider.take_calls();
        let mut query = vec![("code", "code-1"), ("state", flow.state())];
        query.extend(iss.map(|iss| ("iss", iss)));
        let answer = flow.come_back_with(&stack.api, &query).await;
        if accepted {
            let _ = code_of(&answer);
        } else {
            assert_eq!(error_of(&answer), "provider_refused");
            assert!(provider.take_calls().is_empty(), "the code of another is not sent here");
        }
    }
    let without_scheme = provider.url().strip_prefix("http://").unwrap();
    for (name, iss, checked) in [
        ("google", "https://accounts.evil.example", true),
        ("google", provider.url(), false),
        ("google", without_scheme, false),
        ("oidc", "https://accounts.evil.example", true),
    ] {
        let document = json!({
            "issuer": provider.url(), "authorization_endpoint": format!("{}/authorize", provider.url()),
            "token_endpoint": format!("{}/token", provider.url()), "jwks_uri": format!("{}/keys", provider.url()),
        });
        provider.reply("/.well-known/openid-configuration", Reply::Json(200, document));
        let flow = Flow::begin(&stack.api, name).await;
        let _ = provider.take_calls();
        let _ = flow.come_back_with(&stack.api, &[("code", "c"), ("state", flow.state()), ("iss", iss)]).await;
        assert_eq!(provider.take_calls().is_empty(), checked, "{name} {iss}");
    }
}

#[tokio::test]
async fn an_issuer_that_promises_iss_has_to_send_it() {
    let op = ForgedOp::start().await;
    op.publish_document(json!({"authorization_response_iss_parameter_supported": true}));
    let Some(stack) = stack_at(&op) else { return };
    let stack = stack.start().await;
    let flow = Flow::begin(&stack.api, "oidc").await;
    assert_eq!(error_of(&flow.come_back(&stack.api).await), "provider_refused");
    assert_eq!(op.server.count_calls("/token"), 0);
    let query = [("code", "code-1"), ("state", flow.state()), ("iss", op.issuer())];
    let _ = flow.come_back_with(&stack.api, &query).await;
    assert_eq!(op.server.count_calls("/token"), 1);
}

#[tokio::test]
async fn what_a_provider_says_in_the_browser_becomes_one_of_our_errors() {
    let provider = github().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    for (error, expected) in [
        ("access_denied", "sign_in_cancelled"),
        ("temporarily_unavailable", "provider_unavailable"),
        ("server_error", "provider_unavailable"),
        ("invalid_scope", "provider_refused"),
        ("redirect_uri_mismatch", "provider_refused"),
        ("<script>", "provider_refused"),
        ("", "provider_refused"),
    ] {
        for name in PROVIDERS.into_iter().filter(|name| *name != "oidc") {
            let flow = Flow::begin(&stack.api, name).await;
            let query = [("error", error), ("error_description", "secret words"), ("state", flow.state())];
            assert_eq!(error_of(&flow.come_back_with(&stack.api, &query).await), expected, "{name} {error}");
        }
    }
    let flow = Flow::begin(&stack.api, "github").await;
    let neither = flow.come_back_with(&stack.api, &[("state", flow.state())]).await;
    assert_eq!(error_of(&neither), "provider_refused");
    assert!(provider.take_calls().is_empty());
}

#[tokio::test]
async fn a_query_that_cannot_be_read_leads_back_to_the_page_and_leaves_the_sign_in_that_is_under_way() {
    let provider = github().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    let flow = Flow::begin(&stack.api, "github").await;
    let twice = with_query("", &[("state", flow.state()), ("state", flow.state()), ("code", "a")]);
    let not_utf8 = format!("?state={}&code=%ff", flow.state());
    for query in [&twice, &not_utf8] {
        let callback = stack.api.get(&format!("/auth/oauth/github/callback{query}")).header(COOKIE, &flow.cookie);
        let answer = stack.api.send(callback).await.expect(302);
        assert_eq!((error_of(&answer).as_str(), answer.header("set-cookie")), ("sign_in_expired", None), "{query}");
    }
    assert!(provider.take_calls().is_empty());
    let _ = code_of(&flow.come_back(&stack.api).await);
}

#[tokio::test]
async fn github_is_read_as_its_documents_say() {
    let provider = github().await;
    let Some(stack) = stack_at_all(&provider) else { return };
    let stack = stack.start().await;
    let address = |email: &str, primary, verified| json!({"email": email, "primary": primary, "verified": verified});
    for (emails, expected) in [
        (json!([]), None),
        (json!([address("old@example.com", false, true)]), None),
        (json!([address("ada@example.com", true, false)]), None),
        (
            json!([address("a@example.com", false, true), address("Ada@Example.com", true, true)]),
            Some("Ada@example.com"),
        ),
        (json!([address("no address", true, true)]), None),
    ] {
        provider.reply("/api/v3/user/emails", Reply::Json(200, emails.clone()));
        let flow = Flow::begin(&stack.api, "github").await;
        let identity = identity_in(&stack, &code_of(&flow.come_back(&stack.api).await)).await;
        assert_eq!(identity.key.as_str(), format!("{}#42", provider.url()));
        assert_eq!(identity.email.as_ref().map(EmailAddress::shown), expected, "{emails}");
        assert_eq!(identity.email_verified, expected.is_some());
        assert_eq!(identity.name.unwrap().as_str(), "Ada");
    }
    let calls = provider.take_calls();
    let to_the_api: Vec<_> = calls.iter().filter(|call| call.path.starts_with("/api/")).collect();
    assert!(to_the_api.len() == 10 && to_the_api.iter().all(|call| call.headers["authorization"] == "Bearer t"));
}
