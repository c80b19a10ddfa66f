//! What Google and any other issuer of OpenID Connect have in common.

use secrecy::ExposeSecret as _;
use shared::clock::Timestamp;
use url::Url;

use super::answer::{self, Refusal, TokenAnswer};
use super::error::IdTokenFault;
use super::id_token::{Expected, Keys, verify};
use super::{Endpoint, Person, ProviderError, Returned, Start, authorization_url, token_form};
use crate::app::App;
use crate::memory::Memory;
use shared::web_client::{Authorization, WebClient};

const SCOPE: &str = "openid email profile";

/// How an app shows to a token endpoint that it is itself (OpenID Connect Core 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClientAuthentication {
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
}

/// An app at an issuer.
#[derive(Debug)]
pub(super) struct OpenId {
    app: App,
    /// What the issuer calls itself: one spelling, but for Google.
    issuers: Vec<String>,
    keys: Memory<Keys, ProviderError>,
}

impl OpenId {
    pub(super) fn new(app: App, issuers: Vec<String>) -> Self {
        Self { app, issuers, keys: Memory::empty() }
    }

    pub(super) fn authorization_url(&self, endpoint: &Url, start: &Start<'_>) -> Url {
        let mut url = authorization_url(endpoint, &self.app, SCOPE, start);
        url.query_pairs_mut().append_pair("nonce", start.nonce);
        if start.ask_for_consent {
            url.query_pairs_mut().append_pair("prompt", "consent");
        }
        url
    }

    pub(super) fn check_iss(&self, iss: &str) -> Result<(), ProviderError> {
        if self.issuers.iter().any(|issuer| issuer == iss) { Ok(()) } else { Err(ProviderError::Iss) }
    }

    /// Redeems the code, and verifies the ID token that comes of it.
    pub(super) async fn person(
        &self,
        web: &WebClient,
        token_endpoint: &Url,
        authentication: ClientAuthentication,
        keys: &Url,
        returned: &Returned<'_>,
        now: Timestamp,
    ) -> Result<Person, ProviderError> {
        let App { id, secret } = &self.app;
        let mut form = token_form(returned);
        let authorization = match authentication {
            ClientAuthentication::Basic => Authorization::Basic(id, secret),
            ClientAuthentication::Post => {
                form.extend([("client_id", id.as_str()), ("client_secret", secret.expose_secret())]);
                Authorization::None
            }
        };
        let answered = web.post_form(token_endpoint, authorization, &form).await;
        let answered = answer::of(Endpoint::Token, answered)?;
        let token = TokenAnswer::read(&answered, Refusal::code)?.id_token()?;

        let expected = Expected { issuers: &self.issuers, client_id: id, nonce: returned.nonce };
        let read = || async { Keys::parse(&answer::of(Endpoint::Keys, web.get(keys, Authorization::None).await)?) };
        let known = self.keys.at(now, read()).await?;
        match verify(&token, &known, &expected, now) {
            // The issuer may have new keys.
            Err(IdTokenFault::UnknownKey) => {
                let newer = self.keys.newer_than(&known, now, read()).await?.ok_or(IdTokenFault::UnknownKey)?;
                Ok(verify(&token, &newer, &expected, now)?)
            }
            verified => Ok(verified?),
        }
    }
}
