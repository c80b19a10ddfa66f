//! Facebook: OAuth 2.0 with errors of its own form.
//!
//! <https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow>

use std::fmt::Write as _;

use async_trait::async_trait;
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret as _, SecretString};
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

const SCOPE: &str = "public_profile,email";

/// Facebook's numbers of a code that is too old, and of one that is used.
const OLD_CODES: [u64; 2] = [36007, 36009];

/// Facebook.
#[derive(Debug)]
pub(crate) struct Facebook {
    app: App,
    site: Site<3>,
}

impl Facebook {
    pub(crate) fn read(environment: &Environment, app: App) -> Result<Self, ConfigError> {
        let endpoints = [
            At { home: "https://www.facebook.com/v25.0/dialog/oauth", below: "/v25.0/dialog/oauth" },
            At { home: "https://graph.facebook.com/v25.0/oauth/access_token", below: "/v25.0/oauth/access_token" },
            At { home: "https://graph.facebook.com/v25.0/me", below: "/v25.0/me" },
        ];
        let site = Site::read(environment, Provider::Facebook, endpoints)?;
        Ok(Self { app, site })
    }
}

#[async_trait]
impl Service for Facebook {
    fn issuer(&self) -> &str {
        &self.site.issuer
    }

    async fn authorization_url(
        &self,
        _web: &WebClient,
        start: &Start<'_>,
        _now: Timestamp,
    ) -> Result<Url, ProviderError> {
        let [authorize, ..] = &self.site.endpoints;
        let mut url = authorization_url(authorize, &self.app, SCOPE, start);
        if start.ask_for_consent {
            url.query_pairs_mut().append_pair("auth_type", "reauthenticate");
        }
        Ok(url)
    }

    /// Facebook documents none. Its own redirect URI tells it from the other providers (RFC 9700 4.4.2.2).
    fn check_iss(&self, _iss: &str) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn person(&self, web: &WebClient, returned: &Returned<'_>, _now: Timestamp) -> Result<Person, ProviderError> {
        let [_, token, me] = &self.site.endpoints;
        let mut form = token_form(returned);
        form.extend([("client_id", self.app.id.as_str()), ("client_secret", self.app.secret.expose_secret())]);
        let answered = web.post_form(token, Authorization::None, &form).await;
        let token = read_token(&answer::of(Endpoint::Token, answered)?)?;
        let mut me = me.clone();
        me.query_pairs_mut()
            .append_pair("fields", "id,name,email")
            .append_pair("appsecret_proof", &appsecret_proof(&self.app.secret, &token));
        read_me(&answer::of(Endpoint::User, web.get(&me, Authorization::Bearer(&token)).await)?)
    }
}

/// What shows that whoever uses an access token also has the secret of the app: the HMAC-SHA256 of the token, in hexadecimal.
/// <https://developers.facebook.com/docs/graph-api/guides/secure-requests>
fn appsecret_proof(secret: &SecretString, token: &SecretString) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
    let tag = hmac::sign(&key, token.expose_secret().as_bytes());
    tag.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The access token. `error` is an object: of its members the type is logged, and numbers tell a code that is too old.
pub fn read_token(answer: &WebAnswer) -> Result<SecretString, ProviderError> {
    TokenAnswer::read(answer, error_code)?.access_token()
}

fn error_code(refusal: &Refusal) -> Option<&str> {
    let number = refusal.error.get("error_subcode").and_then(serde_json::Value::as_u64);
    let is_old = number.is_some_and(|number| OLD_CODES.contains(&number));
    if is_old { Some(OLD_CODE) } else { refusal.error.get("type")?.as_str() }
}

/// The person. Nothing says that the address is verified, so it is taken for one that is not.
pub fn read_me(answer: &WebAnswer) -> Result<Person, ProviderError> {
    #[derive(Deserialize)]
    struct Me {
        id: String,
        #[serde(default, deserialize_with = "text")]
        name: Option<String>,
        #[serde(default, deserialize_with = "text")]
        email: Option<String>,
    }
    let Me { id, name, email } = answer::read(Endpoint::User, answer)?;
    Ok(Person { subject: id, email: answer::email(email), email_verified: false, name: answer::name(name) })
}
