//! Fills the tables of the `cargo dev` whose key is in a file: `fill KEY_FILE USERS_TABLE CREDENTIALS_TABLE EMAIL` reads
//! addresses in lower case from standard input, one a line, and makes a user for each that is like the one with the address
//! EMAIL, its password included. Says on standard output, one number a line, how many more there are.

use std::error::Error;
use std::io::{Write as _, read_to_string, stdin, stdout};
use std::path::Path;
use std::process::ExitCode;

use driver::fill::Fill;
use local::running_dynamodb;

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
    let (Some(key_file), Some(users), Some(credentials), Some(email), None) =
        (arguments.next(), arguments.next(), arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("fill KEY_FILE USERS_TABLE CREDENTIALS_TABLE EMAIL".into());
    };
    let dynamodb = running_dynamodb(Path::new(&key_file))?.ok_or("no cargo dev runs there")?;
    let fill = Fill::like(&dynamodb, users, credentials, &email).await?;
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
