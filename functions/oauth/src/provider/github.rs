//! GitHub, and GitHub Enterprise Server: OAuth 2.0 without OpenID Connect.
//!
//! <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps>

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use shared::clock::Timestamp;
use shared::domain::{EmailAddress, Provider};
use shared::environment::{ConfigError, Environment};
use url::Url;

use super::answer::{self, Refusal, TokenAnswer, text};
use super::site::{At, Site};
use super::{Endpoint, Person, ProviderError, Returned, Service, Start, authorization_url, token_form};
use crate::app::App;
use shared::web_client::{Authorization, WebAnswer, WebClient};

/// What GitHub calls itself in a callback, below its base.
const ISS: &str = "/login/oauth";
const SCOPE: &str = "user:email";

/// GitHub.
#[derive(Debug)]
pub(crate) struct Github {
    app: App,
    site: Site<4>,
    iss: String,
}

impl Github {
    pub(crate) fn read(environment: &Environment, app: App) -> Result<Self, ConfigError> {
        let endpoints = [
            At { home: "https://github.com/login/oauth/authorize", below: "/login/oauth/authorize" },
            At { home: "https://github.com/login/oauth/access_token", below: "/login/oauth/access_token" },
            At { home: "https://api.github.com/user", below: "/api/v3/user" },
            At { home: "https://api.github.com/user/emails", below: "/api/v3/user/emails" },
        ];
        let site = Site::read(environment, Provider::Github, endpoints)?;
        let iss = format!("{}{ISS}", site.issuer);
        Ok(Self { app, site, iss })
    }
}

#[async_trait]
impl Service for Github {
    fn issuer(&self) -> &str {
        &self.site.issuer
    }

    /// GitHub knows no parameter that makes it ask again for consent. To choose an account takes a person too.
    /// <https://github.blog/changelog/2024-06-07-account-picker-updates-for-oauth-and-github-app-sign-in/>
    async fn authorization_url(
        &self,
        _web: &WebClient,
        start: &Start<'_>,
        _now: Timestamp,
    ) -> Result<Url, ProviderError> {
        let [authorize, ..] = &self.site.endpoints;
        let mut url = authorization_url(authorize, &self.app, SCOPE, start);
        if start.ask_for_consent {
            url.query_pairs_mut().append_pair("prompt", "select_account");
        }
        Ok(url)
    }

    fn check_iss(&self, iss: &str) -> Result<(), ProviderError> {
        if iss == self.iss { Ok(()) } else { Err(ProviderError::Iss) }
    }

    async fn person(&self, web: &WebClient, returned: &Returned<'_>, _now: Timestamp) -> Result<Person, ProviderError> {
        let [_, token, user, emails] = &self.site.endpoints;
        let mut form = token_form(returned);
        form.extend([("client_id", self.app.id.as_str()), ("client_secret", self.app.secret.expose_secret())]);
        let answered = web.post_form(token, Authorization::None, &form).await;
        let token = read_token(&answer::of(Endpoint::Token, answered)?)?;
        let (user, emails) =
            tokio::join!(web.get(user, Authorization::Bearer(&token)), web.get(emails, Authorization::Bearer(&token)),);
        let user = read_user(&answer::of(Endpoint::User, user)?)?;
        let email = read_emails(&answer::of(Endpoint::Emails, emails)?)?;
        Ok(Person { email_verified: email.is_some(), email, ..user })
    }
}

/// The access token. GitHub's errors have status 200, so `error` is looked at first.
pub fn read_token(answer: &WebAnswer) -> Result<SecretString, ProviderError> {
    TokenAnswer::read(answer, Refusal::code)?.access_token()
}

/// The person, without an address: the one in this answer is what they show in their profile. The subject is the id: a log-in
/// name changes hands.
pub fn read_user(answer: &WebAnswer) -> Result<Person, ProviderError> {
    #[derive(Deserialize)]
    struct User {
        id: u64,
        #[serde(default, deserialize_with = "text")]
        name: Option<String>,
    }
    let User { id, name } = answer::read(Endpoint::User, answer)?;
    Ok(Person { subject: id.to_string(), email: None, email_verified: false, name: answer::name(name) })
}

/// The address that is primary, if it is verified.
pub fn read_emails(answer: &WebAnswer) -> Result<Option<EmailAddress>, ProviderError> {
    #[derive(Deserialize)]
    struct Address {
        email: String,
        primary: bool,
        verified: bool,
    }
    let addresses: Vec<Address> = answer::read(Endpoint::Emails, answer)?;
    let primary = addresses.into_iter().find(|address| address.primary && address.verified);
    Ok(answer::email(primary.map(|address| address.email)))
}
