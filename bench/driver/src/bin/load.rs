//! Sends requests over HTTP and says how long each took: reads a plan from standard input and writes what was measured to
//! standard output, both as JSON. Ends badly at the first answer that is not the expected one.

use std::error::Error;
use std::io::{Write as _, stdin, stdout};
use std::process::ExitCode;

use driver::load::run;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match carry_out().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where not even that can be written, the exit code says it.
            let _ = writeln!(std::io::stderr(), "load: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn carry_out() -> Result<(), Box<dyn Error>> {
    let measured = run(serde_json::from_reader(stdin().lock())?).await?;
    let mut out = stdout().lock();
    serde_json::to_writer(&mut out, &measured)?;
    Ok(out.flush()?)
}
