//! How the program is asked to end.

use std::future::Future;
use std::io;

/// Listens for Ctrl-C and for a service manager's SIGTERM: from now on neither ends the process by itself. The future
/// resolves once one of them has come.
#[cfg(unix)]
pub(crate) fn listen_for_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// Listens for Ctrl-C: from now on it does not end the process by itself. The future resolves once it has come.
#[cfg(windows)]
pub(crate) fn listen_for_end() -> io::Result<impl Future<Output = ()>> {
    let mut interrupted = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupted.recv().await;
    })
}
