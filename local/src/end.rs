//! How the program is asked to end.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for Ctrl-C and, where there are such, for a service manager's signal. From then on none of them ends the
/// process by itself.
#[derive(Debug)]
pub(crate) struct End {
    #[cfg(unix)]
    interrupted: Signal,
    #[cfg(unix)]
    terminated: Signal,
}

#[cfg(unix)]
impl End {
    /// Starts to listen.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self { interrupted: signal(SignalKind::interrupt())?, terminated: signal(SignalKind::terminate())? })
    }

    /// Waits until the program is asked to end, or has been since it listens.
    pub(crate) async fn wait(mut self) -> io::Result<()> {
        tokio::select! {
            _ = self.interrupted.recv() => Ok(()),
            _ = self.terminated.recv() => Ok(()),
        }
    }
}

#[cfg(not(unix))]
impl End {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    pub(crate) async fn wait(self) -> io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
