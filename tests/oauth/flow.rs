//! A browser that goes to a provider and comes back.

use std::collections::HashMap;

use api_tests::{Answer, Api, ForgedOp, OwnStack, StackBuilder, own_stack};
use oauth::{Challenge, Code};
use reqwest::header::COOKIE;
use shared::clock::Clock;
use shared::domain::ProvenIdentity;
use shared::environment::Environment;
use shared::keys::{SealKeys, SigningKeySet, SigningKeyStore as _};
use shared::store::SigningKeyTables;
use url::{Url, form_urlencoded};

/// The page that these tests return to.
pub(super) const PAGE: &str = "https://app.example.com/signed-in";
/// A second one.
pub(super) const OTHER_PAGE: &str = "com.example.app:/signed-in";
/// The page's verifier.
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Every provider, in the order of its name.
pub(super) const PROVIDERS: [&str; 5] = ["facebook", "github", "google", "oidc", "x"];

/// A stack to which these pages may return, if the suite can have one of its own.
pub(super) fn stack_with_pages() -> Option<StackBuilder> {
    Some(own_stack()?.variable("OAUTH_RETURN_URLS", &format!("{PAGE},{OTHER_PAGE}")))
}

/// The same, with these variables.
pub(super) fn stack_with<'v>(variables: impl IntoIterator<Item = (&'v str, &'v str)>) -> Option<StackBuilder> {
    let builder = stack_with_pages()?;
    Some(variables.into_iter().fold(builder, |builder, (name, value)| builder.variable(name, value)))
}

/// The same, over a forged OpenID provider.
pub(super) fn stack_at(op: &ForgedOp) -> Option<StackBuilder> {
    stack_with(op.variables())
}

/// The variables of all five providers at one server.
pub(super) fn all_at(url: &str) -> Vec<(&'static str, String)> {
    let mut variables = Vec::new();
    for (provider, at) in [("GOOGLE", "URL"), ("GITHUB", "URL"), ("FACEBOOK", "URL"), ("X", "URL"), ("OIDC", "ISSUER")]
    {
        for (name, value) in [("CLIENT_ID", "app-1"), ("CLIENT_SECRET", "secret-1"), (at, url)] {
            variables.push((name_of(provider, name), value.to_owned()));
        }
    }
    variables
}

fn name_of(provider: &str, what: &str) -> &'static str {
    format!("OAUTH_{provider}_{what}").leak()
}

/// A browser on its way.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    /// Where it began.
    pub(super) provider: String,
    /// Where it was sent.
    pub(super) to: Url,
    /// What the provider is asked.
    pub(super) asked: HashMap<String, String>,
    /// The cookie, as it sends it back.
    pub(super) cookie: String,
}

impl Flow {
    /// Begins at this provider, for the first page.
    pub(super) async fn begin(api: &Api, provider: &str) -> Self {
        Self::begin_for(api, provider, PAGE).await
    }

    /// Begins at this provider, for a page.
    pub(super) async fn begin_for(api: &Api, provider: &str, page: &str) -> Self {
        Self::of(provider, &start(api, provider, page).await)
    }

    /// Begins with this answer to a start.
    pub(super) fn of(provider: &str, answer: &Answer) -> Self {
        let to = Url::parse(answer.header("location").unwrap_or_else(|| panic!("{answer:?}"))).unwrap();
        let asked = to.query_pairs().into_owned().collect();
        let cookie = answer.header("set-cookie").unwrap_or_else(|| panic!("{answer:?}"));
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { provider: provider.to_owned(), to, asked, cookie }
    }

    /// What the provider sends back.
    pub(super) fn state(&self) -> &str {
        &self.asked["state"]
    }

    /// What an ID token is bound to.
    pub(super) fn nonce(&self) -> &str {
        &self.asked["nonce"]
    }

    /// Comes back with a code.
    pub(super) async fn come_back(&self, api: &Api) -> Answer {
        self.come_back_with(api, &[("code", "code-1"), ("state", self.state())]).await
    }

    /// Comes back with these parameters.
    pub(super) async fn come_back_with(&self, api: &Api, query: &[(&str, &str)]) -> Answer {
        come_back(api, &self.provider, query, &self.cookie).await
    }
}

/// A path with a query.
pub(super) fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish())
}

/// Asks for the way to a provider.
pub(super) async fn start(api: &Api, provider: &str, page: &str) -> Answer {
    let challenge = Challenge::of(VERIFIER);
    let query = [("return_to", page), ("code_challenge", challenge.as_str())];
    api.send(api.get(&with_query(&format!("/auth/oauth/{provider}"), &query))).await
}

/// Comes back from a provider with these parameters and this cookie.
pub(super) async fn come_back(api: &Api, provider: &str, query: &[(&str, &str)], cookie: &str) -> Answer {
    let callback = api.get(&with_query(&format!("/auth/oauth/{provider}/callback"), query));
    api.send(if cookie.is_empty() { callback } else { callback.header(COOKIE, cookie) }).await.expect(302)
}

/// Where a callback sends the browser: the page, and the one parameter that it gets.
pub(super) fn sent_to(answer: &Answer) -> (String, String, String) {
    let location = answer.header("location").unwrap();
    let (page, query) = location.split_once('?').unwrap_or_else(|| panic!("{location}"));
    let query = if page.starts_with("http") {
        query.strip_suffix('#').unwrap_or_else(|| panic!("no empty fragment: {location}"))
    } else {
        query
    };
    let (name, value) = query.split_once('=').unwrap();
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    (page.to_owned(), name.to_owned(), value.to_owned())
}

/// The code that a page gets.
pub(super) fn code_of(answer: &Answer) -> String {
    let (page, name, code) = sent_to(answer);
    assert_eq!((page.as_str(), name.as_str()), (PAGE, "code"), "{answer:?}");
    code
}

/// The error that a page gets.
pub(super) fn error_of(answer: &Answer) -> String {
    let (page, name, error) = sent_to(answer);
    assert_eq!((page.as_str(), name.as_str()), (PAGE, "error"), "{answer:?}");
    error
}

/// The keys of a stack's seals.
pub(super) async fn seal_keys(stack: &OwnStack) -> SealKeys {
    let environment: Environment =
        stack.table_variables().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let tables = SigningKeyTables::read(&environment, &stack.dynamodb).unwrap();
    let record = tables.signing_keys().await.unwrap().unwrap();
    SigningKeySet::from_record(record).unwrap().seal_keys().unwrap()
}

/// Who a code says that somebody is.
pub(super) async fn identity_in(stack: &OwnStack, code: &str) -> ProvenIdentity {
    let opened = Code::open(code, &seal_keys(stack).await, Clock::system().now());
    let opened = opened.unwrap_or_else(|| panic!("{code}"));
    assert!(opened.challenge.is_of(VERIFIER));
    opened.identity
}
