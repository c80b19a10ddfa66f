//! `users export`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use clap::Args;
use futures_util::future::try_join_all;
use serde::Serialize;
use serde_json::json;
use shared::admin::Account;
use shared::environment::Environment;
use shared::store::AccountScan;

use super::account_line::AccountLine;
use crate::operator::CommandError;
use crate::operator::patience::patient;
use crate::operator::private_file::new_private_file;
use crate::operator::progress::Progress;
use crate::operator::target::TargetArgs;

/// Writes every account into a file, one JSON object a line
///
/// `users import --from latchkey` reads it again, and docs/moving.md says who else takes the password hashes. The file is made
/// new, readable for you alone. Guard it: it holds addresses and hashes. Its last line says {"complete":true,"users":…}; without
/// that line it is not whole. It is no snapshot: accounts that are made or deleted meanwhile may be in it or not.
#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// The file, which must not exist yet; - is standard output, if that is not a terminal
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Leave password hashes out
    #[arg(long)]
    no_hashes: bool,
    /// How many parts of the table are read at the same time
    #[arg(long, value_name = "COUNT", default_value_t = 8, value_parser = clap::value_parser!(i32).range(1..=1000))]
    segments: i32,
    #[command(flatten)]
    target: TargetArgs,
}

pub(super) async fn run(args: ExportArgs, environment: Environment) -> Result<(), Box<dyn Error>> {
    let ExportArgs { to, no_hashes, segments, target } = args;
    let target = target.find(environment).await?;
    let scans = AccountScan::in_segments(&target.environment, &patient(&target.client), segments)?;
    let to_stdout = to.as_os_str() == "-";
    let file: Box<dyn Write> = if !to_stdout {
        Box::new(new_private_file(&to)?)
    } else if io::stdout().is_terminal() {
        let reason = "standard output is a terminal, which should not show hashes: pass a file, or pipe it on";
        return Err(CommandError::new(reason.to_owned()).into());
    } else {
        Box::new(io::stdout())
    };
    let file = Mutex::new(BufWriter::new(file));
    let progress = Progress::of("exporting users".to_owned());
    let segments = scans.into_iter().map(|scan| export(scan, !no_hashes, &file, &progress));
    let done = try_join_all(segments).await;
    let users = progress.end();
    done.map_err(|error| CommandError::of("users", &target, error.as_ref()))?;
    write_line(&file, &json!({"complete": true, "users": users}))?;
    flush(&file)?;
    if !to_stdout {
        writeln!(io::stdout(), "Exported {users} users {target} to {}.", to.display())?;
    }
    Ok(())
}

async fn export<W: Write>(
    mut scan: AccountScan,
    with_hashes: bool,
    file: &Mutex<BufWriter<W>>,
    progress: &Progress,
) -> Result<(), Box<dyn Error>> {
    while let Some(users) = scan.next_users().await? {
        // Without hashes the credentials still say whose password the old system knows.
        let accounts: Vec<Account> = scan.with_credentials(users).await?;
        for account in &accounts {
            write_line(file, &AccountLine::of(account, with_hashes))?;
        }
        progress.add(accounts.len());
    }
    Ok(())
}

fn write_line<W: Write>(file: &Mutex<BufWriter<W>>, line: &impl Serialize) -> io::Result<()> {
    let mut file = file.lock().map_err(|_poisoned| io::Error::other("a writer ended early"))?;
    serde_json::to_writer(&mut *file, line)?;
    file.write_all(b"\n")
}

/// Writes what is left.
fn flush<W: Write>(file: &Mutex<BufWriter<W>>) -> io::Result<()> {
    file.lock().map_err(|_poisoned| io::Error::other("a writer ended early"))?.flush()
}
