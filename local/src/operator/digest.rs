//! `digest`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::Args;
use shared::domain::EmailAddress;
use shared::environment::Environment;
use shared::keys::{DigestKey, SigningKeyStore as _};
use shared::store::SigningKeyTables;

use super::CommandError;
use super::target::TargetArgs;

/// Prints what the log shows instead of an email address
///
/// Lines of sign-up and log-in hold it as email_digest. It is an HMAC-SHA256 under a key that lies in the table
/// SigningKeys, so that nobody who sees the log alone can try addresses out.
#[derive(Args, Debug)]
pub(crate) struct DigestArgs {
    /// The address. Without this it is read from standard input, and does not stand in the shell's history
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    #[command(flatten)]
    target: TargetArgs,
}

pub(super) async fn run(args: DigestArgs, environment: Environment) -> Result<(), Box<dyn Error>> {
    let typed = args.email.map_or_else(read_line, Ok)?;
    let email = EmailAddress::parse(&typed)
        .map_err(|invalid| CommandError::new(format!("this is no email address: {}", invalid.detail)))?;
    let target = args.target.find(environment).await;
    let tables = SigningKeyTables::read(&target.environment, &target.client)?;
    let keys = tables.signing_keys().await.map_err(|error| CommandError::of("keys", &target, &error))?;
    let keys = keys.ok_or_else(|| CommandError::new(format!("there are no keys {target} yet, and so no digests")))?;
    let digest = DigestKey::from_bytes(keys.digest_key).digest(email.canonical());
    Ok(writeln!(io::stdout().lock(), "{digest}")?)
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
