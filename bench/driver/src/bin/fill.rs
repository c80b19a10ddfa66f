//! Fills tables with users: `fill URL USERS_TABLE CREDENTIALS_TABLE EMAIL` reads addresses in lower case from standard
//! input, one a line, and makes a user for each that is like the one with the address EMAIL, its password included. Says
//! on standard output, one number a line, how many more there are.

use std::error::Error;
use std::io::{Write as _, read_to_string, stdin, stdout};
use std::process::ExitCode;

use driver::fill::Fill;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match fill().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where not even that can be written, the exit code says it.
            let _ = writeln!(std::io::stderr(), "fill: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn fill() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(users), Some(credentials), Some(email), None) =
        (arguments.next(), arguments.next(), arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("fill URL USERS_TABLE CREDENTIALS_TABLE EMAIL".into());
    };
    let fill = Fill::like(&url, users, credentials, &email).await?;
    let emails: Vec<String> = read_to_string(stdin().lock())?.lines().map(str::to_owned).collect();
    let mut out = stdout().lock();
    let mut told = Ok(());
    fill.write(&emails, |count| {
        if told.is_ok() {
            told = writeln!(out, "{count}").and_then(|()| out.flush());
        }
    })
    .await?;
    Ok(told?)
}
