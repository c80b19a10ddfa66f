//! Any issuer of OpenID Connect, by its document.
//!
//! <https://openid.net/specs/openid-connect-discovery-1_0.html>

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use shared::clock::Timestamp;
use shared::domain::Provider;
use shared::environment::{ConfigError, Environment};
use shared::web_origin::WebOrigin;
use url::{Position, Url};

use super::answer;
use super::openid::{ClientAuthentication, OpenId};
use super::{Endpoint, Person, ProviderError, Returned, Service, Start};
use crate::app::App;
use crate::memory::Memory;
use crate::variables::Variables;
use shared::web_client::{Authorization, WebAnswer, WebClient};

/// The longest issuer: part of the key of an identity.
const MAX_CHARS: usize = 255;

/// An issuer that is configured.
#[derive(Debug)]
pub(crate) struct Oidc {
    issuer: String,
    document_url: Url,
    client: OpenId,
    document: Memory<Document, ProviderError>,
}

/// What is used of an issuer's document.
#[derive(Debug)]
pub struct Document {
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    authentication: ClientAuthentication,
    names_itself: bool,
}

impl Oidc {
    /// `OAUTH_OIDC_ISSUER`, as the issuer spells itself.
    pub(crate) fn read(environment: &Environment, app: App) -> Result<Self, ConfigError> {
        const EXAMPLE: &str = "https://login.example.com";
        const VARIABLE: &str = Variables::of(Provider::Oidc).url;

        let expected = format!(
            "an https URL (or http on a loopback host) of at most {MAX_CHARS} characters without a query or fragment, spelled as \
             the issuer's document spells it"
        );
        let issuer = environment.chosen(VARIABLE);
        let issuer = issuer.ok_or_else(|| ConfigError::missing(VARIABLE, &expected, EXAMPLE))?;
        let not_an_issuer = || ConfigError::invalid(VARIABLE, issuer, expected.clone(), EXAMPLE);
        let in_order = issuer.len() <= MAX_CHARS && !issuer.contains(['?', '#']);
        let below = issuer.strip_suffix('/').unwrap_or(issuer);
        let document_url = Url::parse(&format!("{below}/.well-known/openid-configuration"));
        // An issuer that is not spelled as browsers spell it would not be where its document is asked for.
        let document_url = document_url.ok().filter(|url| in_order && url.as_str().starts_with(below) && is_safe(url));
        let document_url = document_url.ok_or_else(not_an_issuer)?;
        let client = OpenId::new(app, vec![issuer.to_owned()]);
        Ok(Self { issuer: issuer.to_owned(), document_url, client, document: Memory::empty() })
    }

    async fn document(&self, web: &WebClient, now: Timestamp) -> Result<Arc<Document>, ProviderError> {
        let read = async {
            let answered = web.get(&self.document_url, Authorization::None).await;
            Document::read(&answer::of(Endpoint::Document, answered)?, &self.issuer)
        };
        self.document.at(now, read).await
    }
}

#[async_trait]
impl Service for Oidc {
    fn issuer(&self) -> &str {
        &self.issuer
    }

    async fn authorization_url(
        &self,
        web: &WebClient,
        start: &Start<'_>,
        now: Timestamp,
    ) -> Result<Url, ProviderError> {
        let document = self.document(web, now).await?;
        Ok(self.client.authorization_url(&document.authorization_endpoint, start))
    }

    fn check_iss(&self, iss: &str) -> Result<(), ProviderError> {
        self.client.check_iss(iss)
    }

    async fn person(&self, web: &WebClient, returned: &Returned<'_>, now: Timestamp) -> Result<Person, ProviderError> {
        let document = self.document(web, now).await?;
        let Document { token_endpoint, jwks_uri, authentication, names_itself, .. } = document.as_ref();
        if *names_itself && !returned.iss_is_there {
            return Err(ProviderError::Iss);
        }
        self.client.person(web, token_endpoint, *authentication, jwks_uri, returned, now).await
    }
}

impl Document {
    /// Reads the document of this issuer, which has to name itself to the letter (OpenID Connect Discovery 4.3). Its endpoints
    /// are `https` URLs. They may be of `http` on a loopback host if the issuer is: nothing else may send this service to what
    /// listens beside it.
    pub fn read(answer: &WebAnswer, issuer: &str) -> Result<Self, ProviderError> {
        #[derive(Deserialize)]
        struct Metadata {
            issuer: String,
            authorization_endpoint: String,
            token_endpoint: String,
            jwks_uri: String,
            #[serde(default)]
            token_endpoint_auth_methods_supported: Option<Vec<String>>,
            #[serde(default)]
            authorization_response_iss_parameter_supported: bool,
        }
        let metadata: Metadata = answer::read(Endpoint::Document, answer)?;
        if metadata.issuer != issuer {
            return Err(ProviderError::Document("issuer is not the configured one"));
        }
        let may_be_http = issuer.starts_with("http:");
        let safe = |url: &Url| is_safe(url) && (may_be_http || url.scheme() == "https");
        let endpoint = |text: &str| {
            let url = Url::parse(text).ok().filter(safe);
            url.ok_or(ProviderError::Document("an endpoint is not an https URL"))
        };
        let authorization_endpoint = endpoint(&metadata.authorization_endpoint)?;
        let (token_endpoint, jwks_uri) = (endpoint(&metadata.token_endpoint)?, endpoint(&metadata.jwks_uri)?);
        let methods = metadata.token_endpoint_auth_methods_supported;
        let supports = |method| methods.as_ref().is_some_and(|methods| methods.iter().any(|it| it == method));
        let authentication = if methods.is_none() || supports("client_secret_basic") {
            ClientAuthentication::Basic
        } else if supports("client_secret_post") {
            ClientAuthentication::Post
        } else {
            return Err(ProviderError::Document("no client authentication by a secret"));
        };
        let names_itself = metadata.authorization_response_iss_parameter_supported;
        Ok(Self { authorization_endpoint, token_endpoint, jwks_uri, authentication, names_itself })
    }
}

/// Whether what is sent there stays secret: to an `https` URL, or one of `http` on a loopback host.
fn is_safe(url: &Url) -> bool {
    WebOrigin::parse(&url[..Position::BeforePath]).is_some()
}
