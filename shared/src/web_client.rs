//! The client that calls servers which are not of AWS: bounded in time and in size.

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
use lambda_http::http::request::Builder;
use lambda_http::http::{HeaderValue, Method, Request};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use thiserror::Error as ThisError;
use url::{Url, form_urlencoded};
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

use crate::environment::{ConfigError, Environment};
use crate::tls::trust;

/// How long an answer may be, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// Who calls. GitHub refuses calls without it.
const OUR_NAME: HeaderValue = HeaderValue::from_static("Latchkey");
/// GitHub's token endpoint answers with a form without it.
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const FORM: &str = "application/x-www-form-urlencoded";

/// A client for calls to servers of others. It follows no redirect, and opens a connection for each call: one that is kept
/// would be dead after the function was frozen.
#[derive(Debug)]
pub struct WebClient {
    connector: Connector,
    timeout: Duration,
}

/// A header's name and value.
pub type Header = (&'static str, &'static str);

/// Why a call came to nothing.
#[derive(Clone, Debug, ThisError)]
pub enum WebError {
    /// Nobody answered, or not to the end.
    #[error("no answer")]
    NoAnswer(#[source] Arc<dyn Error + Send + Sync>),
    /// The answer was not there in time.
    #[error("no answer in time")]
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
pub enum Authorization<'a> {
    /// Nobody in particular.
    None,
    /// A client by its id and secret (RFC 6749 2.3.1).
    Basic(&'a str, &'a SecretString),
    /// The holder of an access token.
    Bearer(&'a SecretString),
}

impl WebClient {
    /// A client whose calls take at most `timeout`, from the connection to the last byte. It trusts Mozilla's roots or, instead,
    /// those in the PEM file that the variable `ca_bundle` names: for a server whose certificate is its company's own.
    pub fn read(environment: &Environment, ca_bundle: &'static str, timeout: Duration) -> Result<Self, ConfigError> {
        let mozillas = || TLS_SERVER_ROOT_CERTS.iter().map(|root| pem_of(root)).collect::<String>().into_bytes();
        let trusted = trust(environment, ca_bundle, mozillas)?;
        let connector = Connector::builder().pool_max_idle_per_host(0);
        let connector = connector.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(trusted).build();
        Ok(Self { connector, timeout })
    }

    /// GETs a URL.
    pub async fn get(&self, url: &Url, authorization: Authorization<'_>) -> Result<WebAnswer, WebError> {
        self.call(Self::request(Method::GET, url), authorization, SdkBody::empty()).await
    }

    /// POSTs a form to a URL.
    pub async fn post_form(
        &self,
        url: &Url,
        authorization: Authorization<'_>,
        form: &[(&str, &str)],
    ) -> Result<WebAnswer, WebError> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Self::request(Method::POST, url).header(CONTENT_TYPE, FORM);
        self.call(request, authorization, SdkBody::from(form)).await
    }

    /// POSTs JSON of this type to a URL, with more headers.
    pub async fn post_json(
        &self,
        url: &Url,
        content_type: &'static str,
        headers: &[Header],
        json: &Value,
    ) -> Result<WebAnswer, WebError> {
        let request = Self::request(Method::POST, url).header(CONTENT_TYPE, content_type);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.call(request, Authorization::None, SdkBody::from(json.to_string())).await
    }

    fn request(method: Method, url: &Url) -> Builder {
        Request::builder().method(method).uri(url.as_str()).header(USER_AGENT, OUR_NAME).header(ACCEPT, JSON)
    }

    async fn call(
        &self,
        mut request: Builder,
        authorization: Authorization<'_>,
        body: SdkBody,
    ) -> Result<WebAnswer, WebError> {
        if let Some(value) = authorization.value() {
            request = request.header(AUTHORIZATION, value);
        }
        let request = request.body(body).map_err(WebError::no_answer)?;
        let request = HttpRequest::try_from(request).map_err(WebError::no_answer)?;
        let answered = tokio::time::timeout(self.timeout, async {
            let response = self.connector.call(request).await.map_err(WebError::no_answer)?;
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
