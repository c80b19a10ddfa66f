//! The command, run for one event.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use thiserror::Error;
use tokio::io::AsyncWriteExt as _;

use crate::process_group::{ProcessGroup, shell};

/// How long a command may take, so that one that hangs does not keep the later events for ever. A first `cargo run` also builds.
pub(super) const PATIENCE: Duration = Duration::from_mins(5);

/// What is run for each event. The command line is given to the system's shell, as that of `--function` is, so that it means what
/// it means in a terminal. Nothing of an event is in it: events come on the standard input alone.
#[derive(Debug)]
pub(crate) struct UserCommand {
    line: String,
    variables: Vec<(&'static str, String)>,
    patience: Duration,
}

/// Why a command did not do its work.
#[derive(Debug, Error)]
pub(super) enum Failure {
    /// The system does not start it.
    #[error("it cannot be started: {0}")]
    NotStarted(#[source] io::Error),
    /// It says so itself.
    #[error("{0}")]
    Ended(ExitStatus),
    /// It was ended.
    #[error("it took longer than {} s and was ended", .0.as_secs())]
    TimedOut(Duration),
}

impl UserCommand {
    /// The command gets this process's environment and these variables.
    pub(crate) fn new(line: String, variables: Vec<(&'static str, String)>) -> Self {
        Self { line, variables, patience: PATIENCE }
    }

    /// The command line.
    pub(super) fn line(&self) -> &str {
        &self.line
    }

    /// Runs it with this line on its standard input, until it and everything that it has started has ended.
    pub(super) async fn run(&self, event: &str) -> Result<(), Failure> {
        let mut command = shell(&self.line);
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        command.envs(variables).stdin(Stdio::piped()).kill_on_drop(true);
        let mut group = ProcessGroup::start(command).map_err(Failure::NotStarted)?;
        let stdin = group.take_stdin();
        let hand_over = async {
            if let Some(mut stdin) = stdin {
                // A command need not read it.
                let _ = stdin.write_all(format!("{event}\n").as_bytes()).await;
            }
        };
        let work = async { tokio::join!(hand_over, group.wait()).1 };
        match tokio::time::timeout(self.patience, work).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(Failure::Ended(status)),
            Ok(Err(error)) => Err(Failure::NotStarted(error)),
            Err(_elapsed) => Err(Failure::TimedOut(self.patience)),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Duration;

    use super::{Failure, UserCommand};

    /// What a shell would run, if it were part of a command line.
    const EVENT: &str = r#"{"id": "'; exit 7 #`exit 7`$(exit 7)"}"#;

    fn command(line: &str, patience: Duration) -> UserCommand {
        UserCommand { patience, ..UserCommand::new(line.to_owned(), vec![("EXPECTED", EVENT.to_owned())]) }
    }

    #[tokio::test]
    async fn a_command_that_hangs_is_ended() {
        let hangs = command("sleep 600", Duration::from_millis(10)).run(EVENT).await;
        assert!(matches!(hangs, Err(Failure::TimedOut(_))), "{hangs:?}");
    }

    #[tokio::test]
    async fn it_is_done_if_it_says_so_whether_it_reads_the_event_or_not() {
        let run = async |line| command(line, Duration::from_mins(1)).run(EVENT).await;
        run("true").await.unwrap();
        run(r#"test "$(cat)" = "$EXPECTED""#).await.unwrap();
        let fails = run("exit 3").await.unwrap_err();
        assert_eq!(fails.to_string(), "exit status: 3");
    }
}
