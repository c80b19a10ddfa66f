//! A mail server, by SMTP.

use async_trait::async_trait;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError};
use lettre::{AsyncTransport as _, Tokio1Executor};
use shared::environment::{ConfigError, Environment};
use shared::error_chain::with_causes;
use shared::tls::bundle;
use url::{Host, Url};

use super::{SEND_TIMEOUT, SendError, Transport};
use crate::letter::Letter;

const URL: &str = "SMTP_URL";
/// The variable that names a file of certificates to trust in place of Mozilla's.
const CA_BUNDLE: &str = "SMTP_CA_BUNDLE";
const EXAMPLE: &str = "smtps://user:password@smtp.example.com";
/// What a server says that does not know who we are (RFC 4954 4 and 6). That is no fault of the mail, which waits until somebody
/// mends it.
const UNKNOWN_SENDER: [u16; 4] = [530, 534, 535, 538];
/// RFC 8314 3.3 and 3.1.
const TLS_PORT: u16 = 465;
const STARTTLS_PORT: u16 = 587;

/// Sends through the server that `SMTP_URL` names. A mail takes a connection of its own: one that is kept would be dead after
/// the function was frozen.
pub(super) struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Smtp")
    }
}

impl Smtp {
    /// `smtps://` is TLS from the first byte. With `smtp://`, the server must offer STARTTLS, unless it is on this machine. User
    /// and password are percent-encoded.
    pub(super) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let url = environment.get(URL).and_then(|url| Url::parse(url).ok());
        let server = url.as_ref().and_then(Server::of).ok_or_else(refused)?;
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(server.tls(environment)?)
            .timeout(Some(SEND_TIMEOUT))
            // What a mail client says that does not know its own name (RFC 5321 4.1.3).
            .hello_name(ClientId::Ipv4([127, 0, 0, 1].into()));
        if let Some((user, password)) = server.credentials {
            transport = transport.credentials(Credentials::new(user, password));
        }
        Ok(Self(transport.build()))
    }
}

#[async_trait]
impl Transport for Smtp {
    async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        let sending = self.0.send_raw(&letter.envelope, &letter.message);
        match tokio::time::timeout(SEND_TIMEOUT, sending).await {
            Ok(sent) => sent.map(drop).map_err(failure),
            Err(_elapsed) => {
                let what = format!("the mail server did not take it within {} s", SEND_TIMEOUT.as_secs());
                Err(SendError::Failed { what, source: None })
            }
        }
    }
}

/// The server's own words are left out: they repeat addresses.
fn failure(error: SmtpError) -> SendError {
    match error.status() {
        Some(code) if error.is_permanent() && !UNKNOWN_SENDER.contains(&code.into()) => {
            SendError::Refused(format!("the mail server refused it ({code})"))
        }
        Some(code) => SendError::Failed { what: format!("the mail server did not take it ({code})"), source: None },
        None if error.is_response() => {
            SendError::Failed { what: "the mail server does not speak SMTP".to_owned(), source: None }
        }
        None => SendError::Failed {
            what: "the mail server cannot be reached".to_owned(),
            source: Some(with_causes(&error).into()),
        },
    }
}

/// What a URL says of a server.
struct Server {
    host: String,
    port: u16,
    tls: Wanted,
    credentials: Option<(String, String)>,
}

/// How a connection is protected.
#[derive(PartialEq, Eq)]
enum Wanted {
    Tls,
    StartTls,
    /// On this machine alone.
    Nothing,
}

impl Server {
    /// `None` if the URL says something else, or more.
    fn of(url: &Url) -> Option<Self> {
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if !is_bare {
            return None;
        }
        // The URL's own host is text, since its scheme is not one that browsers know.
        let host = Host::parse(url.host_str()?).ok()?;
        let is_here = match &host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let (tls, port) = match url.scheme() {
            "smtps" => (Wanted::Tls, TLS_PORT),
            "smtp" if is_here => (Wanted::Nothing, STARTTLS_PORT),
            "smtp" => (Wanted::StartTls, STARTTLS_PORT),
            _ => return None,
        };
        let credentials = match (decoded(url.username())?, url.password()) {
            (user, Some(password)) if !user.is_empty() => Some((user, decoded(password)?)),
            (user, None) if user.is_empty() => None,
            _ => return None,
        };
        let host = match host {
            Host::Ipv6(address) => address.to_string(),
            host => host.to_string(),
        };
        Some(Self { host, port: url.port().unwrap_or(port), tls, credentials })
    }

    fn tls(&self, environment: &Environment) -> Result<Tls, ConfigError> {
        if self.tls == Wanted::Nothing {
            return Ok(Tls::None);
        }
        let mut parameters = TlsParameters::builder(self.host.clone()).certificate_store(CertificateStore::WebpkiRoots);
        if let Some(pem) = bundle(environment, CA_BUNDLE)? {
            let roots = Certificate::from_pem(&pem).map_err(|_error| refused())?;
            parameters = parameters.certificate_store(CertificateStore::None).add_root_certificate(roots);
        }
        let parameters = parameters.build().map_err(|_error| refused())?;
        Ok(if self.tls == Wanted::Tls { Tls::Wrapper(parameters) } else { Tls::Required(parameters) })
    }
}

/// A part of a URL without its percent-encoding.
fn decoded(part: &str) -> Option<String> {
    percent_encoding::percent_decode_str(part).decode_utf8().ok().map(Into::into)
}

fn refused() -> ConfigError {
    let expected = "the URL of a mail server, without a path: smtps://…, or smtp://… for one that offers STARTTLS";
    ConfigError::invalid_secret(URL, expected, EXAMPLE)
}
