//! X: OAuth 2.0 with a code that lives for 30 seconds.
//!
//! <https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code>

use async_trait::async_trait;
use secrecy::SecretString;
use serde::Deserialize;
use shared::clock::Timestamp;
use shared::domain::Provider;
use shared::environment::{ConfigError, Environment};
use url::Url;

use super::answer::{self, Refusal, TokenAnswer, text};
use super::error::OLD_CODE;
use super::site::{At, Site};
use super::{Endpoint, Person, ProviderError, Returned, Service, Start, authorization_url, token_form};
use crate::app::App;
use shared::web_client::{Authorization, WebAnswer, WebClient};

/// Without `tweet.read` X does not say who somebody is.
const SCOPE: &str = "users.read tweet.read users.email";

/// X.
#[derive(Debug)]
pub(crate) struct X {
    app: App,
    site: Site<3>,
}

impl X {
    pub(crate) fn read(environment: &Environment, app: App) -> Result<Self, ConfigError> {
        let endpoints = [
            At { home: "https://x.com/i/oauth2/authorize", below: "/i/oauth2/authorize" },
            At { home: "https://api.x.com/2/oauth2/token", below: "/2/oauth2/token" },
            At { home: "https://api.x.com/2/users/me", below: "/2/users/me" },
        ];
        let site = Site::read(environment, Provider::X, endpoints)?;
        Ok(Self { app, site })
    }
}

#[async_trait]
impl Service for X {
    fn issuer(&self) -> &str {
        &self.site.issuer
    }

    /// X asks every time, and documents no parameter for it.
    async fn authorization_url(
        &self,
        _web: &WebClient,
        start: &Start<'_>,
        _now: Timestamp,
    ) -> Result<Url, ProviderError> {
        let [authorize, ..] = &self.site.endpoints;
        Ok(authorization_url(authorize, &self.app, SCOPE, start))
    }

    /// X documents none. Its own redirect URI tells it from the other providers (RFC 9700 4.4.2.2).
    fn check_iss(&self, _iss: &str) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn person(&self, web: &WebClient, returned: &Returned<'_>, _now: Timestamp) -> Result<Person, ProviderError> {
        let [_, token, me] = &self.site.endpoints;
        let App { id, secret } = &self.app;
        let answered = web.post_form(token, Authorization::Basic(id, secret), &token_form(returned)).await;
        let token = read_token(&answer::of(Endpoint::Token, answered)?)?;
        let mut me = me.clone();
        me.query_pairs_mut().append_pair("user.fields", "confirmed_email");
        read_me(&answer::of(Endpoint::User, web.get(&me, Authorization::Bearer(&token)).await)?)
    }
}

/// The access token. X tells a code that is used or too old from other bad parameters in words alone.
pub fn read_token(answer: &WebAnswer) -> Result<SecretString, ProviderError> {
    TokenAnswer::read(answer, error_code)?.access_token()
}

fn error_code(refusal: &Refusal) -> Option<&str> {
    let of_the_code = |words: &String| words.to_ascii_lowercase().contains("authorization code was invalid");
    let is_old =
        refusal.code() == Some("invalid_request") && refusal.error_description.as_ref().is_some_and(of_the_code);
    if is_old { Some(OLD_CODE) } else { refusal.code() }
}

/// The person. The address is one that they have confirmed, as the member's name says.
pub fn read_me(answer: &WebAnswer) -> Result<Person, ProviderError> {
    #[derive(Deserialize)]
    struct Me {
        data: User,
    }
    #[derive(Deserialize)]
    struct User {
        id: String,
        #[serde(default, deserialize_with = "text")]
        name: Option<String>,
        #[serde(default, deserialize_with = "text")]
        confirmed_email: Option<String>,
    }
    let Me { data: User { id, name, confirmed_email } } = answer::read(Endpoint::User, answer)?;
    let email = answer::email(confirmed_email);
    Ok(Person { subject: id, email_verified: email.is_some(), email, name: answer::name(name) })
}
