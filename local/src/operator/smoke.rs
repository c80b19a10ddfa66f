//! `smoke`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io;

use clap::Args;
use shared::attempts::LoginLimits;
use shared::environment::Environment;
use shared::http::{AllowedOrigins, ReturnUrl};
use shared::tokens::read_audience;
use url::{Host, Url};

use super::CommandError;
use crate::http_url::http_url;
use crate::smoke::{Expected, Report, Site, try_out};

/// Tries a deployment out, from sign-up to log-out, and says what to do about what is wrong
///
/// Calls the API at URL as apps and their users do. It needs no AWS credentials. It signs up a user with a random password,
/// whose address no mail can reach, and at the end tries wrong passwords on it until the limit refuses them. The user stays,
/// and the last lines say how to remove it. Ends with 1 if a check failed.
#[derive(Args, Debug)]
pub(crate) struct SmokeArgs {
    /// The API: the stack's output BaseUrl, or what cargo dev prints
    #[arg(value_name = "URL", value_parser = api_url)]
    url: String,

    /// An origin whose pages must be able to call the API, such as https://app.example.com
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    origin: Option<String>,

    /// The audience of the tokens: the stack's output TokenAudience [default: AUDIENCE, or latchkey]
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,

    /// The deployment's LimitPair [default: LIMIT_PAIR, or 10/900]
    #[arg(long, value_name = "COUNT/SECONDS")]
    limit_pair: Option<String>,

    /// A page that a sign-in with Google, GitHub, Facebook, X or OpenID Connect may return to: one of OAuthReturnUrls
    #[arg(long, value_name = "URL", value_parser = return_url)]
    return_to: Option<String>,
}

pub(super) async fn run(args: SmokeArgs, environment: Environment) -> Result<(), Box<dyn Error>> {
    let environment = match args.limit_pair {
        Some(limit) => environment.with("LIMIT_PAIR", limit),
        None => environment,
    };
    let expected = Expected {
        origin: args.origin,
        audience: args.audience.unwrap_or_else(|| read_audience(&environment).to_owned()),
        pair_limit: LoginLimits::read(&environment)?.pair.map(|limit| limit.count()),
        return_to: args.return_to,
    };
    let mut report = Report::to(io::stdout());
    try_out(&Site::at(args.url)?, &expected, &mut report).await?;
    match report.end()? {
        0 => Ok(()),
        1 => Err(CommandError::new("a check failed".to_owned()).into()),
        failed => Err(CommandError::new(format!("{failed} checks failed")).into()),
    }
}

/// The test sends a password and gets tokens.
fn api_url(text: &str) -> Result<String, String> {
    let example = "pass the API's URL, such as https://auth.example.com";
    let url = http_url(text).map_err(|_not_a_url| example.to_owned())?;
    let parsed = Url::parse(&url).map_err(|_not_a_url| example.to_owned())?;
    let is_this_machine = match parsed.host() {
        Some(Host::Domain(host)) => host == "localhost" || host.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if parsed.scheme() == "https" || is_this_machine {
        Ok(url)
    } else {
        Err(format!("{example}: http is not encrypted"))
    }
}

fn return_url(text: &str) -> Result<String, &'static str> {
    match ReturnUrl::parse(text) {
        Some(url) => Ok(url.as_str().to_owned()),
        None => Err("pass a URL without a query and a fragment, such as https://app.example.com/signed-in"),
    }
}

fn origin(text: &str) -> Result<String, &'static str> {
    match AllowedOrigins::parse(text) {
        Some(AllowedOrigins::Listed(origins)) if origins == [text] => Ok(text.to_owned()),
        _ => Err("pass one origin as browsers send it, such as https://app.example.com"),
    }
}
