//! Command lines that are run, with everything that they start.

use std::io;
use std::process::ExitStatus;

use tokio::process::{Child, ChildStdin, Command};

/// A program and everything that it starts, such as what `cargo run` builds and runs: all of it ends when this is let
/// go of. Where the system has no process groups, it is the program alone.
pub(crate) struct ProcessGroup {
    leader: Child,
    #[cfg(unix)]
    id: Option<rustix::process::Pid>,
}

impl ProcessGroup {
    #[cfg(unix)]
    pub(crate) fn start(mut command: Command) -> io::Result<Self> {
        let leader = command.process_group(0).spawn()?;
        let id = leader.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?));
        Ok(Self { leader, id })
    }

    #[cfg(not(unix))]
    pub(crate) fn start(mut command: Command) -> io::Result<Self> {
        Ok(Self { leader: command.spawn()? })
    }

    /// The standard input of the program, once, if it is a pipe.
    pub(crate) fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.leader.stdin.take()
    }

    /// Waits until the program itself has ended.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.leader.wait().await
    }

    /// Kills it, as Lambda ends an execution environment. That nothing is left of it any more is as good.
    pub(crate) fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(id) = self.id.take() {
            let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
        }
        let _ = self.leader.start_kill();
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A command line as the system's shell runs it, so that it means what it means in a terminal.
#[cfg(unix)]
pub(crate) fn shell(command_line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", command_line]);
    command
}

/// A command line as the system's shell runs it, so that it means what it means in a terminal.
#[cfg(not(unix))]
pub(crate) fn shell(command_line: &str) -> Command {
    let mut command = Command::new("cmd");
    command.args(["/C", command_line]);
    command
}
