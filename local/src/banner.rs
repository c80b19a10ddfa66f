//! What `cargo dev` says on the terminal.

use std::error::Error;
use std::fmt;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::PathBuf;

use shared::domain::Provider;
use shared::environment::Environment;
use shared::store::LocalDynamoDb;
use shared::store::schema::TABLES;
use url::{Host, Url};

use crate::real_providers;

/// Where the tables' data is.
#[derive(Debug)]
pub(crate) enum Data {
    /// In memory, for as long as this runs.
    Memory,
    /// In this folder, beside the key.
    Folder(PathBuf),
    /// In a DynamoDB that is not ours.
    Elsewhere,
}

impl Data {
    /// Of an embedded DynamoDB.
    pub(crate) fn of(folder: Option<PathBuf>) -> Self {
        folder.map_or(Self::Memory, Self::Folder)
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => write!(f, "nothing is kept"),
            Self::Folder(path) => write!(f, "its data and its key in {}", path.display()),
            Self::Elsewhere => write!(f, "which runs by itself"),
        }
    }
}

/// Says where everything is.
pub(crate) fn greet(url: &str, dynamodb: &LocalDynamoDb, data: &Data) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "Latchkey is at {url}")?;
    writeln!(out, "DynamoDB is at {}, {data}", dynamodb.url())?;
    if matches!(data, Data::Memory) {
        writeln!(out, "Commands such as `keys rotate` need the key of its run:\n")?;
        for (variable, value) in dynamodb.key_variables() {
            writeln!(out, "export {variable}={value}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Says where the pretend providers are.
pub(crate) fn greet_pretend_providers(url: &str) -> io::Result<()> {
    let text = "play Google, GitHub, Facebook and X, so that signing in with them needs no account there";
    writeln!(io::stdout().lock(), "Pretend providers are at {url}: they {text}.")
}

/// Says what to register at a real provider.
pub(crate) fn show_redirect_uri(provider: Provider, issuer: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let (variable, uri) = (real_providers::client_id(provider), real_providers::redirect_uri(issuer, provider));
    writeln!(out, "{variable} is set: register this redirect URI at {provider}, to the letter: {uri}")?;
    let is_at_localhost = |url: Url| matches!(url.host(), Some(Host::Domain("localhost")));
    if provider == Provider::X && Url::parse(issuer).is_ok_and(is_at_localhost) {
        let issuer = issuer.replacen("localhost", "127.0.0.1", 1);
        writeln!(out, "X takes no redirect URI on localhost: start with ISSUER={issuer} and open {issuer}/.")?;
    }
    Ok(())
}

/// Says what `--on-user` does.
pub(crate) fn note_on_user(command: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "For each user who signs up or is deleted, this runs: {command}")
}

/// Says what `--plain-cookie` does.
pub(crate) fn note_plain_cookie() -> io::Result<()> {
    let text = "Tokens in cookies travel as authToken, without Secure: for Safari on localhost only.";
    writeln!(io::stdout().lock(), "{text}")
}

/// Says what `--no-limits` does.
pub(crate) fn note_no_limits() -> io::Result<()> {
    writeln!(io::stdout().lock(), "Every attempt limit is off. A deployment has them on.")
}

/// Says how to try it, and how to end it.
pub(crate) fn show_how_to_try(url: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "\nOpen {url}/ in a browser to sign up, log in and see what goes over the wire.")?;
    writeln!(out, "Every route, header and error is in {url}/openapi.yaml.")?;
    writeln!(
        out,
        "\nOr paste these: sign up (201; 409 the second time), log in (200), who am I (200), log out (204):\n"
    )?;
    for line in curl_lines(url) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "\nCtrl-C stops it.")?;
    out.flush()
}

/// Says how to point functions that run elsewhere at the tables.
pub(crate) fn greet_tables_only(dynamodb: &LocalDynamoDb, data: &Data, environment: &Environment) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "DynamoDB is at {}, {data}", dynamodb.url())?;
    writeln!(
        out,
        "\nFunctions that run elsewhere, and commands such as `keys rotate`, find it with these variables:\n"
    )?;
    for (variable, value) in dynamodb.variables() {
        writeln!(out, "export {variable}={value}")?;
    }
    for variable in TABLES.map(|table| table.variable) {
        writeln!(out, "export {variable}={}", environment.get(variable).unwrap_or_default())?;
    }
    if !matches!(data, Data::Elsewhere) {
        writeln!(out, "\nCtrl-C stops it.")?;
    }
    out.flush()
}

/// Warns that DynamoDB can be reached from elsewhere. Its key keeps others out, and nothing is encrypted.
pub(crate) fn warn_of_address(address: IpAddr) -> io::Result<()> {
    let text = "it takes this run's key only, but anyone on the way can read what passes";
    writeln!(io::stdout().lock(), "Warning: DynamoDB listens on {address}: {text}.")
}

/// Says goodbye.
pub(crate) fn farewell() -> io::Result<()> {
    writeln!(io::stdout().lock(), "\nStopped.")
}

/// Says what went wrong, in one line. Where not even that can be written, there is nobody to tell.
pub(crate) fn complain(error: &dyn Error) {
    let _ = writeln!(io::stderr().lock(), "error: {error}");
}

fn curl_lines(url: &str) -> [String; 4] {
    const JSON: &str = "-H 'content-type: application/json'";
    const EMAIL_AND_PASSWORD: &str = r#""email":"grace@example.com","password":"nine-Violet-kettles""#;
    [
        format!(r#"curl -i -w '\n' {url}/auth/signup {JSON} -d '{{"name":"Grace Hopper",{EMAIL_AND_PASSWORD}}}'"#),
        format!(
            r#"TOKEN=$(curl -s -w '%{{stderr}}HTTP %{{http_code}}\n' {url}/auth/login {JSON} -d '{{{EMAIL_AND_PASSWORD}}}' | sed 's/.*"authToken":"\([^"]*\)".*/\1/')"#
        ),
        format!(r#"curl -i -w '\n' {url}/auth/me -H "authorization: Bearer $TOKEN""#),
        format!(r#"curl -i {url}/auth/logout -H "authorization: Bearer $TOKEN" {JSON} -d '{{"everywhere":true}}'"#),
    ]
}
