//! Google: OpenID Connect, whose document is not asked for: its endpoints do not change.
//!
//! <https://developers.google.com/identity/openid-connect/reference>

use async_trait::async_trait;
use shared::clock::Timestamp;
use shared::domain::Provider;
use shared::environment::{ConfigError, Environment};
use url::Url;

use super::openid::{ClientAuthentication, OpenId};
use super::site::{At, Site};
use super::{Person, ProviderError, Returned, Service, Start};
use crate::app::App;
use shared::web_client::WebClient;

/// Google.
#[derive(Debug)]
pub(crate) struct Google {
    client: OpenId,
    site: Site<3>,
}

impl Google {
    pub(crate) fn read(environment: &Environment, app: App) -> Result<Self, ConfigError> {
        let endpoints = [
            At { home: "https://accounts.google.com/o/oauth2/v2/auth", below: "/o/oauth2/v2/auth" },
            At { home: "https://oauth2.googleapis.com/token", below: "/token" },
            At { home: "https://www.googleapis.com/oauth2/v3/certs", below: "/oauth2/v3/certs" },
        ];
        let site = Site::read(environment, Provider::Google, endpoints)?;
        // Google names itself with its scheme and without.
        let without_scheme = site.issuer.split_once("://").map(|(_scheme, rest)| rest.to_owned());
        let issuers = [site.issuer.clone()].into_iter().chain(without_scheme).collect();
        Ok(Self { client: OpenId::new(app, issuers), site })
    }
}

#[async_trait]
impl Service for Google {
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
        Ok(self.client.authorization_url(authorize, start))
    }

    fn check_iss(&self, iss: &str) -> Result<(), ProviderError> {
        self.client.check_iss(iss)
    }

    async fn person(&self, web: &WebClient, returned: &Returned<'_>, now: Timestamp) -> Result<Person, ProviderError> {
        let [_, token, keys] = &self.site.endpoints;
        self.client.person(web, token, ClientAuthentication::Post, keys, returned, now).await
    }
}
