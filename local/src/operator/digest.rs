//! `digest`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::Args;
use shared::attempts::source_digest;
use shared::domain::{EmailAddress, Invalid, Source};
use shared::environment::Environment;
use shared::keys::{DigestKey, SigningKeyStore as _};
use shared::store::SigningKeyTables;

use super::CommandError;
use super::target::TargetArgs;

/// Prints what the log shows instead of an email address or an IP address
///
/// Lines of sign-up and log-in hold it as email_digest and source_digest. It is an HMAC-SHA256 under a key that lies in the
/// table SigningKeys, so that nobody who sees the log alone can try addresses out.
#[derive(Args, Debug)]
pub(crate) struct DigestArgs {
    /// The email address. Without this it is read from standard input, and does not stand in the shell's history
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// An IP address instead. An IPv6 address counts as its /64 network, which can be given too
    #[arg(long, value_name = "IP", conflicts_with = "email")]
    source: Option<String>,
    #[command(flatten)]
    target: TargetArgs,
}

pub(super) async fn run(args: DigestArgs, environment: Environment) -> Result<(), Box<dyn Error>> {
    let named = match args.source {
        Some(source) => Named::source(&source)?,
        None => Named::email(&args.email.map_or_else(read_line, Ok)?)?,
    };
    let target = args.target.find(environment).await?;
    let tables = SigningKeyTables::read(&target.environment, &target.client)?;
    let keys = tables.signing_keys().await.map_err(|error| CommandError::of("keys", &target, &error))?;
    let keys = keys.ok_or_else(|| CommandError::new(format!("there are no keys {target} yet, and so no digests")))?;
    let digest = named.digest(&DigestKey::from_bytes(keys.digest_key));
    Ok(writeln!(io::stdout().lock(), "{digest}")?)
}

/// What the digest stands for.
enum Named {
    Email(EmailAddress),
    Source(Source),
}

impl Named {
    fn email(typed: &str) -> Result<Self, CommandError> {
        let refused = |invalid: Invalid| CommandError::new(format!("this is no email address: {}", invalid.detail));
        EmailAddress::parse(typed).map(Self::Email).map_err(refused)
    }

    fn source(typed: &str) -> Result<Self, CommandError> {
        let example = "pass one such as 203.0.113.7 or 2001:db8:1:2::7, or a network such as 2001:db8:1:2::/64";
        let refused = |_invalid| CommandError::new(format!("this is no IP address: {example}"));
        typed.trim().parse().map(Self::Source).map_err(refused)
    }

    /// The digest, made as the functions make it.
    fn digest(&self, key: &DigestKey) -> String {
        match self {
            Self::Email(email) => key.digest(email.canonical()),
            Self::Source(source) => source_digest(key, *source).as_str().to_owned(),
        }
    }
}

fn read_line() -> io::Result<String> {
    let stdin = io::stdin().lock();
    if stdin.is_terminal() {
        write!(io::stderr().lock(), "Email address: ")?;
    }
    let mut line = String::new();
    let mut stdin = stdin;
    stdin.read_line(&mut line)?;
    Ok(line)
}
