//! The providers: what each wants to be asked, and how each says who somebody is.

mod answer;
mod error;
pub mod facebook;
pub mod github;
mod google;
pub mod id_token;
pub mod oidc;
mod openid;
mod site;
pub mod x;

use std::collections::BTreeMap;
use std::fmt::Debug;

use async_trait::async_trait;
use shared::clock::Timestamp;
use shared::domain::{EmailAddress, IdentityKey, Name, Provider};
use shared::environment::{ConfigError, Environment};
use url::Url;

use super::app::App;
use super::pkce::Challenge;
use shared::web_client::WebClient;

pub use error::{Endpoint, ProviderError};

/// What a provider is asked at the start of a sign-in.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    /// Where it shall send the browser back to.
    pub(crate) redirect_uri: &'a str,
    /// What it shall send back with it.
    pub(crate) state: &'a str,
    /// What it shall bind an ID token to.
    pub(crate) nonce: &'a str,
    /// What it shall bind its code to.
    pub(crate) challenge: &'a Challenge,
    /// Whether it shall ask the person also if it has done so before. Any program may receive what goes to a private scheme or
    /// to a loopback port, and could otherwise sign in without the person noticing (RFC 8252 8.6).
    pub(crate) ask_for_consent: bool,
}

/// What a provider has sent back, and what goes with it.
#[derive(Debug)]
pub(crate) struct Returned<'a> {
    /// The provider's code.
    pub(crate) code: &'a str,
    /// The redirect URI of the start, which every token request repeats: GitHub accepts others below the registered one.
    pub(crate) redirect_uri: &'a str,
    /// The verifier of the challenge.
    pub(crate) verifier: &'a str,
    /// The nonce of the start.
    pub(crate) nonce: &'a str,
    /// Whether the provider has named itself (RFC 9207).
    pub(crate) iss_is_there: bool,
}

/// Who somebody is at a provider.
#[derive(Debug, PartialEq, Eq)]
pub struct Person {
    /// What the provider calls them. It never changes hands.
    pub subject: String,
    /// Their email address, if the provider gives one that is in order.
    pub email: Option<EmailAddress>,
    /// Whether the provider says that they read mail there.
    pub email_verified: bool,
    /// Their name, if the provider gives one that is in order.
    pub name: Option<Name>,
}

/// A provider, as this deployment has registered with it.
#[async_trait]
pub(crate) trait Service: Debug + Send + Sync {
    /// Who vouches: the first part of the key of every identity there.
    fn issuer(&self) -> &str;

    /// Where the browser goes.
    async fn authorization_url(&self, web: &WebClient, start: &Start<'_>, now: Timestamp)
    -> Result<Url, ProviderError>;

    /// Refuses an `iss` that is not the provider's (RFC 9207 2.4).
    fn check_iss(&self, iss: &str) -> Result<(), ProviderError>;

    /// Who has signed in.
    async fn person(&self, web: &WebClient, returned: &Returned<'_>, now: Timestamp) -> Result<Person, ProviderError>;
}

/// The providers that are configured.
#[derive(Debug)]
pub(crate) struct Providers(BTreeMap<&'static str, (Provider, Box<dyn Service>)>);

impl Providers {
    /// Every provider that has an id and a secret.
    pub(crate) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let mut providers = BTreeMap::new();
        for provider in Provider::ALL {
            let Some(app) = App::read(environment, provider)? else { continue };
            let service: Box<dyn Service> = match provider {
                Provider::Google => Box::new(google::Google::read(environment, app)?),
                Provider::Github => Box::new(github::Github::read(environment, app)?),
                Provider::Facebook => Box::new(facebook::Facebook::read(environment, app)?),
                Provider::X => Box::new(x::X::read(environment, app)?),
                Provider::Oidc => Box::new(oidc::Oidc::read(environment, app)?),
            };
            providers.insert(provider.as_str(), (provider, service));
        }
        Ok(Self(providers))
    }

    /// The provider of this name, if it is configured.
    pub(crate) fn get(&self, name: &str) -> Option<(Provider, &dyn Service)> {
        self.0.get(name).map(|(provider, service)| (*provider, service.as_ref()))
    }

    /// The names, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// Whether one of them vouches for this identity. One that is switched off does not, nor one that has moved to another
    /// issuer since.
    pub(crate) fn vouch_for(&self, identity: &IdentityKey) -> bool {
        self.0.values().any(|(_provider, service)| identity.is_of(service.issuer()))
    }

    /// The first, if there is any.
    pub(crate) fn first(&self) -> Option<Provider> {
        self.0.values().next().map(|(provider, _service)| *provider)
    }
}

/// Whether the `error` of a callback says that the person said no (RFC 6749 4.1.2.1).
pub(crate) fn is_cancelled(error: &str) -> bool {
    error == "access_denied"
}

/// The parameters that every provider is asked with.
fn authorization_url(endpoint: &Url, app: &App, scope: &str, start: &Start<'_>) -> Url {
    let mut url = endpoint.clone();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &app.id)
        .append_pair("redirect_uri", start.redirect_uri)
        .append_pair("scope", scope)
        .append_pair("state", start.state)
        .append_pair("code_challenge", start.challenge.as_str())
        .append_pair("code_challenge_method", "S256");
    url
}

/// The parameters that every token request has.
fn token_form<'a>(returned: &Returned<'a>) -> Vec<(&'static str, &'a str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", returned.code),
        ("redirect_uri", returned.redirect_uri),
        ("code_verifier", returned.verifier),
    ]
}
