//! A server that ends when it is asked to, or when it is let go of.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::StartError;

/// How long running requests may take to finish once the server is asked to end.
const GRACE: Duration = Duration::from_secs(5);

/// A server on a task of its own.
#[derive(Debug)]
pub(crate) struct Server {
    end: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts a server. `serve` is given the future that resolves when the server has to stop accepting.
    pub(crate) fn start<F>(serve: impl FnOnce(Ended) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (end, ended) = oneshot::channel();
        Self { end: Some(end), task: tokio::spawn(serve(Ended(ended))) }
    }

    /// Stops accepting, lets running requests finish for a while, and ends.
    pub(crate) async fn stop(mut self) {
        drop(self.end.take());
        let _ = tokio::time::timeout(GRACE, &mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Resolves when the server has to stop accepting.
#[derive(Debug)]
pub(crate) struct Ended(oneshot::Receiver<()>);

impl Ended {
    pub(crate) async fn wait(self) {
        let _ = self.0.await;
    }
}

/// Listens on `address`; `option` is what the user can change about it.
pub(crate) async fn listen(address: SocketAddr, option: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::listening(address, option, source))
}
