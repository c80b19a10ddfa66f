//! The program `cargo dev`, running.

use std::process::Stdio;

use api_tests::Api;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_local");

/// `cargo dev`, on ports of its own.
pub(crate) struct Dev {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
    /// Stays open, for what it says at its end.
    said: Lines<BufReader<ChildStdout>>,
    heard: Vec<String>,
    url: String,
}

impl Dev {
    /// Starts it with everything in memory, and waits until it says where it is.
    pub(crate) async fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[]).await
    }

    /// The same, with these variables beside those of this process.
    pub(crate) async fn start_with(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.arg("--memory").envs(variables.iter().copied());
        Self::of(command, arguments).await
    }

    /// The same, with data in this folder, which outlives it.
    pub(crate) async fn start_in(folder: &tempfile::TempDir, arguments: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        // Cargo says so where the package is. The data is kept beside that.
        command.env("CARGO_MANIFEST_DIR", folder.path().join("package"));
        Self::of(command, arguments).await
    }

    async fn of(mut command: Command, arguments: &[&str]) -> Self {
        command
            .args(["--port", "0", "--provider-port", "0", "--dynamodb-port", "0"])
            .args(arguments)
            .kill_on_drop(true);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = said.next_line().await.unwrap().unwrap();
        let url = first.strip_prefix("Latchkey is at ").unwrap().to_owned();
        Self { child, log, said, heard: vec![first], url }
    }

    /// Its API.
    pub(crate) fn api(&self) -> Api {
        Api::at(&self.url)
    }

    /// Where its API is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The next line that it says with these words, before it says how to stop it.
    pub(crate) async fn line_said_with(&mut self, words: &str) -> String {
        loop {
            let line = self.said.next_line().await.unwrap().unwrap();
            self.heard.push(line.clone());
            if line.contains(words) {
                return line;
            }
            assert!(!line.starts_with("Ctrl-C"), "{words} is not said: {:#?}", self.heard);
        }
    }

    /// The next line with these words, of what it says or of what its programs print.
    pub(crate) async fn line_printed_with(&mut self, words: &str) -> String {
        loop {
            let line = self.said.next_line().await.unwrap().unwrap();
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Ends it, and returns everything that it has said.
    pub(crate) async fn said_until_the_end(mut self) -> String {
        self.end().await;
        while let Some(line) = self.said.next_line().await.unwrap() {
            self.heard.push(line);
        }
        self.heard.join("\n")
    }

    /// The next line of the log that holds these words.
    pub(crate) async fn line_of_the_log_with(&mut self, words: &str) -> String {
        loop {
            let line = self.log.next_line().await.unwrap().unwrap();
            if line.contains(words) {
                return line;
            }
        }
    }

    /// The status and the body of an answer.
    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let answer = reqwest::get(format!("{}{path}", self.url)).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Asks it to end, as a service manager or a terminal does, and waits until it has.
    pub(crate) async fn stop(mut self) {
        self.end().await;
    }

    async fn end(&mut self) {
        let id = Pid::from_raw(self.child.id().unwrap().try_into().unwrap()).unwrap();
        kill_process(id, Signal::TERM).unwrap();
        assert!(self.child.wait().await.unwrap().success());
    }
}
