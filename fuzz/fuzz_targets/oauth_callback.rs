//! The query and the cookie of a return from a provider that nobody can reach. `cargo +nightly fuzz run oauth_callback`
#![no_main]

use std::sync::{Arc, LazyLock};

use arbitrary::Arbitrary;
use async_trait::async_trait;
use fuzz::{Attempts, DOMAIN, Harness, Keys, Tokens, Users, authenticator, let_panics_unwind};
use libfuzzer_sys::fuzz_target;
use oauth::{Challenge, OAuth, Stores};
use serde_json::{Value, json};
use shared::domain::{
    EmailAddress, FederateError, IdentityKey, IdentityStore, Link, LinkError, NewLink, OneTimeCode, StoreError,
    Unlinking, User, UserId,
};
use shared::environment::Environment;
use shared::mail::{FederatedAccountStore, Intent, LinkStore};
use shared::sign_in::SignIn;
use url::{Url, form_urlencoded};

const PAGE: &str = "https://app.example.com/signed-in";
/// Every error that a page can be told here.
const ERRORS: [&str; 4] = ["sign_in_cancelled", "sign_in_expired", "provider_refused", "provider_unavailable"];

/// Nobody is known, and nothing is written: a callback reads and writes no account.
#[derive(Debug)]
struct Nobody;

#[async_trait]
impl IdentityStore for Nobody {
    async fn link(&self, _key: &IdentityKey) -> Result<Option<Link>, StoreError> {
        panic!("a callback asks for no identity")
    }

    async fn use_code(&self, _code: &OneTimeCode) -> Result<bool, StoreError> {
        panic!("a callback uses no code")
    }
}

#[async_trait]
impl FederatedAccountStore for Nobody {
    async fn create_federated_account(
        &self,
        _user: &User,
        _email: Option<&EmailAddress>,
        _link: NewLink<'_>,
        _code: &OneTimeCode,
        _intent: Option<&Intent>,
    ) -> Result<(), FederateError> {
        panic!("a callback makes no account")
    }
}

#[async_trait]
impl LinkStore for Nobody {
    async fn add_link(
        &self,
        _user: &UserId,
        _generation: u64,
        _link: NewLink<'_>,
        _code: &OneTimeCode,
        _notice: Option<&Intent>,
    ) -> Result<(), LinkError> {
        panic!("a callback links nothing")
    }

    async fn remove_links(&self, _unlinking: Unlinking<'_>, _notice: Option<&Intent>) -> Result<bool, StoreError> {
        panic!("a callback unlinks nothing")
    }
}

struct Target {
    function: Harness<OAuth>,
    state: String,
    cookie: String,
}

fn event(path: &str, query: &str, cookie: Option<&str>) -> Value {
    json!({
        "version": "2.0", "rawPath": path, "rawQueryString": query, "cookies": cookie.into_iter().collect::<Vec<_>>(),
        "headers": {}, "requestContext": {"domainName": DOMAIN, "http": {"method": "GET", "sourceIp": "192.0.2.1"}},
    })
}

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let tokens = Tokens::new();
    let environment = [
        ("OAUTH_RETURN_URLS", PAGE),
        ("OAUTH_GITHUB_CLIENT_ID", "app-1"),
        ("OAUTH_GITHUB_CLIENT_SECRET", "secret-1"),
        ("OAUTH_GITHUB_URL", "http://127.0.0.1:1"),
    ];
    let environment = environment
        .into_iter()
        .fold(Environment::default(), |environment, (name, value)| environment.with(name, value));
    let users = Arc::new(Users { tokens_valid_after: Tokens::ENDED_AT });
    let nobody = Arc::new(Nobody);
    let stores = Stores {
        attempts: Arc::new(Attempts::default()),
        identities: Arc::<Nobody>::clone(&nobody),
        accounts: Arc::<Nobody>::clone(&nobody),
        links: nobody,
        users: Arc::<Users>::clone(&users),
        sessions: users,
    };
    let function = Harness::with(environment, |context| {
        let keys = Arc::new(Keys::AtHand(tokens.keys.clone()));
        let sign_in = SignIn::new(&context.environment, keys, context.clock.clone()).expect("settings");
        OAuth::new(context, authenticator(context, &tokens), stores, sign_in).expect("settings")
    });
    let challenge = Challenge::of("verifier");
    let query = [("return_to", PAGE), ("code_challenge", challenge.as_str())];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let started = function.answer(&event("/auth/oauth/github", &query, None).to_string(), 0).expect("an event is JSON");
    let to = Url::parse(started.header("location").expect("a way to the provider")).expect("a URL");
    let state = to.query_pairs().find(|(name, _value)| name == "state").expect("a state").1.into_owned();
    let cookie = started.cookie().expect("a cookie").split(';').next().unwrap_or_default().to_owned();
    Target { function, state, cookie }
});

#[derive(Arbitrary, Debug)]
enum Name<'a> {
    State,
    Code,
    Error,
    Iss,
    Other(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Text<'a> {
    State,
    Denied,
    Other(&'a str),
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    pairs: Vec<(Name<'a>, Text<'a>)>,
    raw: Option<&'a str>,
    /// Ours, or changed by this.
    cookie: Option<&'a str>,
    minutes: u8,
}

fuzz_target!(init: let_panics_unwind(), |input: Input<'_>| {
    let target = &*TARGET;
    let pairs = input.pairs.iter().map(|(name, text)| {
        let name = match name {
            Name::State => "state",
            Name::Code => "code",
            Name::Error => "error",
            Name::Iss => "iss",
            Name::Other(name) => name,
        };
        let text = match text {
            Text::State => &target.state,
            Text::Denied => "access_denied",
            Text::Other(text) => text,
        };
        (name, text)
    });
    let mut query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    query.push_str(input.raw.unwrap_or_default());
    let cookie = format!("{}{}", target.cookie, input.cookie.unwrap_or_default());
    let event = event("/auth/oauth/github/callback", &query, Some(&cookie));
    let Some(answer) = target.function.answer(&event.to_string(), input.minutes) else { return };
    answer.must_not_be_a_server_error();
    let Some(location) = answer.header("location") else {
        return assert_eq!(answer.status, 400, "{event} {answer:?}");
    };
    let error = location.strip_prefix(PAGE).and_then(|rest| rest.strip_prefix("?error=")?.strip_suffix('#'));
    assert!(error.is_some_and(|error| ERRORS.contains(&error)), "{event} {answer:?}");
    let has_state = query.contains(&target.state);
    assert!(has_state || error == Some("sign_in_expired"), "without its state: {event} {answer:?}");
});
