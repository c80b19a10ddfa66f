//! Running the program.

use std::path::Path;
use std::process::Stdio;

use api_tests::OwnStack;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_local");

/// What the program said, and how it ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// What it said, where it did what it was told.
    pub(crate) fn expect_success(self) -> String {
        assert!(self.code == Some(0) && self.stderr.is_empty(), "{self:?}");
        self.stdout
    }

    /// Its one line, where it did nothing.
    pub(crate) fn expect_refusal(self) -> String {
        let one_line = self.stderr.starts_with("error: ") && self.stderr.trim_end().lines().count() == 1;
        assert!(self.code == Some(1) && self.stdout.is_empty() && one_line, "{self:?}");
        self.stderr
    }
}

/// Runs the program with nothing but these variables, in a folder where no `cargo dev` runs.
pub(crate) async fn run(arguments: &[&str], variables: &[(&str, String)], input: &str) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    run_in(folder.path(), arguments, variables, input).await
}

/// Runs the program with nothing but these variables in this folder.
pub(crate) async fn run_in(folder: &Path, arguments: &[&str], variables: &[(&str, String)], input: &str) -> Outcome {
    let mut child = start_in(folder, arguments, variables);
    let mut stdin = child.stdin.take().unwrap();
    // Who was given the address on the command line reads nothing, and may have closed this end already.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Starts the program with nothing but these variables in this folder. It ends with the handle.
pub(crate) fn start_in(folder: &Path, arguments: &[&str], variables: &[(&str, String)]) -> Child {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(folder).env_clear().env("AWS_EC2_METADATA_DISABLED", "true").kill_on_drop(true);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Runs the program on the tables of this stack.
pub(crate) async fn run_beside(stack: &OwnStack, arguments: &[&str]) -> Outcome {
    run_at(stack.local_dynamodb().url(), stack, arguments).await
}

/// Runs the program on the tables of this stack, by way of this address.
pub(crate) async fn run_at(url: &str, stack: &OwnStack, arguments: &[&str]) -> Outcome {
    let arguments = [arguments, &["--dynamodb-url", url]].concat();
    run(&arguments, &stack.table_variables(), "").await
}
