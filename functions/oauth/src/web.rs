//! The client that calls providers: bounded in time and in size.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use lambda_http::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use lambda_http::http::{HeaderValue, Method, Request};
use secrecy::{ExposeSecret as _, SecretString};
use shared::environment::{ConfigError, Environment};
use shared::tls::trust;
use thiserror::Error as ThisError;
use url::{Url, form_urlencoded};
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

/// How long a call may take, from the connection to the last byte.
const CALL_TIMEOUT: Duration = Duration::from_secs(3);
/// How long an answer may be, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// The variable that names a file of certificates to trust in place of Mozilla's.
const CA_BUNDLE: &str = "OAUTH_CA_BUNDLE";

/// Who calls. GitHub refuses calls without it.
const OUR_NAME: HeaderValue = HeaderValue::from_static("Latchkey");
/// GitHub's token endpoint answers with a form without it.
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// A client for calls to providers. It follows no redirect, and opens a connection for each call: one that is kept would be
/// dead after the function was frozen.
#[derive(Debug)]
pub(crate) struct Web(Connector);

/// Why a call came to nothing.
#[derive(Clone, Debug, ThisError)]
pub enum WebError {
    /// Nobody answered, or not to the end.
    #[error("no answer")]
    NoAnswer(#[source] Arc<dyn Error + Send + Sync>),
    /// The answer was not there in time.
    #[error("no answer within {} s", CALL_TIMEOUT.as_secs())]
    TooSlow,
    /// The answer has no end in sight.
    #[error("an answer of more than {MAX_BYTES} bytes")]
    TooLarge,
}

impl WebError {
    fn no_answer(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::NoAnswer(Arc::from(cause.into()))
    }
}

/// What came back.
#[derive(Debug)]
pub struct WebAnswer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Who asks.
#[derive(Debug)]
pub(crate) enum Authorization<'a> {
    /// Nobody in particular.
    None,
    /// A client by its id and secret (RFC 6749 2.3.1).
    Basic(&'a str, &'a SecretString),
    /// The holder of an access token.
    Bearer(&'a SecretString),
}

impl Web {
    /// A client that trusts Mozilla's roots or, instead, those in the PEM file that `OAUTH_CA_BUNDLE` names: for an issuer whose
    /// certificate is its company's own.
    pub(crate) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let mozillas = || TLS_SERVER_ROOT_CERTS.iter().map(|root| pem_of(root)).collect::<String>().into_bytes();
        let trusted = trust(environment, CA_BUNDLE, mozillas)?;
        let connector = Connector::builder().pool_max_idle_per_host(0);
        Ok(Self(connector.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(trusted).build()))
    }

    /// GETs a URL.
    pub(crate) async fn get(&self, url: &Url, authorization: Authorization<'_>) -> Result<WebAnswer, WebError> {
        self.call(Method::GET, url, authorization, SdkBody::empty()).await
    }

    /// POSTs a form to a URL.
    pub(crate) async fn post_form(
        &self,
        url: &Url,
        authorization: Authorization<'_>,
        form: &[(&str, &str)],
    ) -> Result<WebAnswer, WebError> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.call(Method::POST, url, authorization, SdkBody::from(form)).await
    }

    async fn call(
        &self,
        method: Method,
        url: &Url,
        authorization: Authorization<'_>,
        body: SdkBody,
    ) -> Result<WebAnswer, WebError> {
        let mut request = Request::builder().method(&method).uri(url.as_str());
        request = request.header(USER_AGENT, OUR_NAME).header(ACCEPT, JSON);
        if method == Method::POST {
            request = request.header(CONTENT_TYPE, FORM);
        }
        if let Some(value) = authorization.value() {
            request = request.header(AUTHORIZATION, value);
        }
        let request = request.body(body).map_err(WebError::no_answer)?;
        let request = HttpRequest::try_from(request).map_err(WebError::no_answer)?;
        let answered = tokio::time::timeout(CALL_TIMEOUT, async {
            let response = self.0.call(request).await.map_err(WebError::no_answer)?;
            let status = response.status().as_u16();
            let body = Limited::new(response.into_body(), MAX_BYTES).collect().await.map_err(|error| {
                if error.is::<LengthLimitError>() { WebError::TooLarge } else { WebError::no_answer(error) }
            })?;
            Ok(WebAnswer { status, body: body.to_bytes().to_vec() })
        });
        answered.await.unwrap_or(Err(WebError::TooSlow))
    }
}

impl Authorization<'_> {
    /// The header's value. The parts of a client's id and secret are encoded as in a form before they are joined.
    fn value(&self) -> Option<HeaderValue> {
        let text = match self {
            Self::None => return None,
            Self::Basic(id, secret) => {
                let encode = |part: &str| form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>();
                format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret.expose_secret()))))
            }
            Self::Bearer(token) => format!("Bearer {}", token.expose_secret()),
        };
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// A certificate as PEM, the one form that the client takes.
fn pem_of(certificate: &[u8]) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(certificate))
}
