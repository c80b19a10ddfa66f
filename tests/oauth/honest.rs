//! Providers that do what their documents say: those that `cargo dev` pretends.

use std::time::Duration;

use api_tests::{OwnStack, TestClock};
use local::providers::{PretendOptions, PretendProviders};
use reqwest::redirect::Policy;
use shared::clock::Clock;
use shared::domain::EmailAddress;
use url::Url;

use super::flow::{Flow, code_of, error_of, identity_in, stack_with};

/// The four providers, and a stack that knows them.
pub(super) struct Honest {
    providers: PretendProviders,
    pub(super) stack: OwnStack,
    browser: reqwest::Client,
}

impl Honest {
    pub(super) async fn start(clock: Clock) -> Option<Self> {
        let options = PretendOptions { port: 0, clock: clock.clone(), app_origin: None };
        let providers = PretendProviders::start_with(options).await.unwrap();
        let variables = providers.variables();
        let builder = stack_with(variables.iter().map(|(name, value)| (*name, value.as_str())))?;
        let browser = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Some(Self { stack: builder.clock(clock).start().await, providers, browser })
    }

    /// What the provider's page sends the browser back with, if it is filled in so.
    pub(super) async fn consent(&self, flow: &Flow, form: &[(&str, &str)]) -> Vec<(String, String)> {
        let answer = self.browser.post(flow.to.clone()).form(form).send().await.unwrap();
        let back = Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
        assert!(back.as_str().starts_with(&flow.asked["redirect_uri"]), "{back}");
        back.query_pairs().into_owned().collect()
    }

    pub(super) async fn come_back(&self, flow: &Flow, query: &[(String, String)]) -> api_tests::Answer {
        let query: Vec<_> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        flow.come_back_with(&self.stack.api, &query).await
    }

    /// The error that a page gets after this trouble.
    async fn error_after(&self, provider: &str, form: &[(&str, &str)]) -> String {
        let flow = Flow::begin(&self.stack.api, provider).await;
        let query = self.consent(&flow, form).await;
        error_of(&self.come_back(&flow, &query).await)
    }
}

#[tokio::test]
async fn each_says_who_somebody_is() {
    let Some(honest) = Honest::start(Clock::system()).await else { return };
    for (provider, person, email, verified) in [
        ("google", "ada", Some("ada@example.com"), true),
        ("google", "grace", Some("grace@example.com"), false),
        ("google", "katherine", None, false),
        ("github", "ada", Some("ada@example.com"), true),
        ("github", "katherine", None, false),
        ("facebook", "ada", Some("ada@example.com"), false),
        ("facebook", "katherine", None, false),
        ("x", "ada", Some("ada@example.com"), true),
        ("x", "grace", None, false),
        ("x", "katherine", None, false),
    ] {
        let flow = Flow::begin(&honest.stack.api, provider).await;
        let query = honest.consent(&flow, &[("answer", "continue"), ("person", person)]).await;
        let identity = identity_in(&honest.stack, &code_of(&honest.come_back(&flow, &query).await)).await;
        let issuer = format!("{}/{provider}#", honest.providers.url());
        assert!(identity.key.as_str().starts_with(&issuer), "{provider} {person}");
        assert_eq!(identity.email.as_ref().map(EmailAddress::shown), email, "{provider} {person}");
        assert_eq!((identity.email_verified, identity.provider.as_str()), (verified, provider), "{person}");
        assert!(identity.name.is_some(), "{provider} {person}");
    }
}

#[tokio::test]
async fn each_can_be_told_no() {
    let Some(honest) = Honest::start(Clock::system()).await else { return };
    for provider in ["google", "github", "facebook", "x"] {
        assert_eq!(honest.error_after(provider, &[("answer", "cancel")]).await, "sign_in_cancelled", "{provider}");
    }
}

#[tokio::test]
async fn a_code_that_is_used_or_too_old_is_expired() {
    let clock = TestClock::standing_still();
    let Some(honest) = Honest::start(clock.clock()).await else { return };
    for provider in ["google", "github", "facebook", "x"] {
        let flow = Flow::begin(&honest.stack.api, provider).await;
        let query = honest.consent(&flow, &[("answer", "continue"), ("person", "ada")]).await;
        let _ = code_of(&honest.come_back(&flow, &query).await);
        assert_eq!(error_of(&honest.come_back(&flow, &query).await), "sign_in_expired", "{provider}: used");
    }
    // The code of X lives for 30 seconds.
    let flow = Flow::begin(&honest.stack.api, "x").await;
    let query = honest.consent(&flow, &[("answer", "continue"), ("person", "ada")]).await;
    clock.advance(Duration::from_secs(31));
    assert_eq!(error_of(&honest.come_back(&flow, &query).await), "sign_in_expired");
}

#[tokio::test]
async fn each_trouble_is_told_apart() {
    let Some(honest) = Honest::start(Clock::system()).await else { return };
    let with = |trouble| [("answer", "continue"), ("person", "ada"), ("trouble", trouble)];
    for (provider, trouble, expected) in [
        ("google", "500", "provider_unavailable"),
        ("github", "500", "provider_unavailable"),
        ("facebook", "500", "provider_unavailable"),
        ("x", "500", "provider_unavailable"),
        ("x", "402", "provider_unavailable"),
        ("x", "429", "provider_unavailable"),
        ("google", "iss", "provider_refused"),
        ("github", "iss", "provider_refused"),
    ] {
        assert_eq!(honest.error_after(provider, &with(trouble)).await, expected, "{provider} {trouble}");
    }
    let unverified = [("answer", "continue"), ("person", "grace")];
    assert_eq!(honest.error_after("github", &unverified).await, "provider_refused");
}
