//! A DynamoDB in this process, served over HTTP.

use std::fs::{File, OpenOptions, TryLockError};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use dynoxide::Database;
use dynoxide::server::serve_with_shutdown;

use crate::StartError;
use crate::server::{Server, listen};

/// A DynamoDB on dynoxide, in memory or in a file.
#[derive(Debug)]
pub struct EmbeddedDynamoDb {
    url: String,
    server: Server,
    /// Held as long as the file is open: two processes could otherwise open it unnoticed.
    _lock: Option<File>,
}

impl EmbeddedDynamoDb {
    /// Starts a DynamoDB that keeps its data in `file`, or in memory where there is none, and listens on `address`.
    pub async fn start(file: Option<&Path>, address: SocketAddr) -> Result<Self, StartError> {
        let listener = listen(address, "--dynamodb-port").await?;
        let address = listener.local_addr().unwrap_or(address);
        let lock = file.map(lock).transpose()?;
        let database = open(file)?;
        let server = Server::start(|ended| async move {
            if let Err(error) = serve_with_shutdown(listener, database, ended.wait()).await {
                tracing::error!("the embedded DynamoDB ended: {error}");
            }
        });
        Ok(Self { url: format!("http://{}", reachable(address)), server, _lock: lock })
    }

    /// Where it can be called from this machine.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lets running calls finish and closes the file.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// An address to call a listener at: nobody can call the one that stands for all addresses.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}

/// Takes the lock file beside the data file, making the folder where it is missing.
fn lock(file: &Path) -> Result<File, StartError> {
    let not_writable = |path: &Path| {
        let path = path.to_owned();
        |source| StartError::NotWritable { path, source }
    };
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(not_writable(folder))?;
    }
    let path = file.with_extension("lock");
    let lock = File::create(&path).map_err(not_writable(&path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse { path: file.to_owned() }),
        Err(TryLockError::Error(source)) => Err(StartError::NotWritable { path, source }),
    }
}

fn open(file: Option<&Path>) -> Result<Database, StartError> {
    let damaged = |path: PathBuf, reason: String| StartError::Damaged { path, reason };
    match file {
        Some(path) => {
            // SQLite itself does not tell a file that may not be written from a damaged one.
            let writable = OpenOptions::new().append(true).create(true).open(path);
            writable.map_err(|source| StartError::NotWritable { path: path.to_owned(), source })?;
            Database::new(&path.to_string_lossy()).map_err(|error| damaged(path.to_owned(), error.to_string()))
        }
        None => Database::memory().map_err(|error| damaged("the memory".into(), error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use super::EmbeddedDynamoDb;
    use crate::StartError;

    const FREE_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

    #[tokio::test]
    async fn one_file_is_open_in_one_place_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/data.sqlite");
        let first = EmbeddedDynamoDb::start(Some(&file), FREE_PORT).await.unwrap();
        let second = EmbeddedDynamoDb::start(Some(&file), FREE_PORT).await;
        assert!(matches!(second, Err(StartError::InUse { .. })), "{second:?}");
        first.stop().await;
        EmbeddedDynamoDb::start(Some(&file), FREE_PORT).await.unwrap().stop().await;
    }

    #[tokio::test]
    async fn a_damaged_file_is_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data.sqlite");
        std::fs::write(&file, "this was never a database, and it is long enough to show it".repeat(100)).unwrap();
        let error = EmbeddedDynamoDb::start(Some(&file), FREE_PORT).await.unwrap_err();
        assert!(matches!(error, StartError::Damaged { .. }), "{error:?}");
        assert!(error.to_string().contains("data.sqlite"), "{error}");
        assert!(std::fs::read_to_string(&file).unwrap().starts_with("this was never"));
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let in_the_way = folder.path().join("file");
        std::fs::write(&in_the_way, "").unwrap();
        let error = EmbeddedDynamoDb::start(Some(&in_the_way.join("data.sqlite")), FREE_PORT).await.unwrap_err();
        assert!(matches!(error, StartError::NotWritable { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_written_is_not_called_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data.sqlite");
        std::fs::create_dir(&file).unwrap();
        let error = EmbeddedDynamoDb::start(Some(&file), FREE_PORT).await.unwrap_err();
        assert!(matches!(error, StartError::NotWritable { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn a_dynamodb_that_is_let_go_of_gives_its_port_and_its_file_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data.sqlite");
        let first = EmbeddedDynamoDb::start(Some(&file), FREE_PORT).await.unwrap();
        let address: SocketAddr = first.url().trim_start_matches("http://").parse().unwrap();
        drop(first);
        tokio::task::yield_now().await;
        let second = EmbeddedDynamoDb::start(Some(&file), address).await;
        assert!(second.is_ok(), "{second:?}");
    }

    #[test]
    fn the_address_for_all_addresses_is_called_on_this_machine() {
        for (listening, called) in [("0.0.0.0:1", "127.0.0.1:1"), ("[::]:1", "[::1]:1"), ("192.0.2.1:1", "192.0.2.1:1")]
        {
            assert_eq!(super::reachable(listening.parse().unwrap()).to_string(), called);
        }
    }

    #[tokio::test]
    async fn a_taken_port_is_named_with_the_option_that_changes_it() {
        let first = EmbeddedDynamoDb::start(None, FREE_PORT).await.unwrap();
        let taken: SocketAddr = first.url().trim_start_matches("http://").parse().unwrap();
        let error = EmbeddedDynamoDb::start(None, taken).await.unwrap_err();
        assert!(error.to_string().contains(&taken.to_string()), "{error}");
        assert!(error.to_string().contains("--dynamodb-port"), "{error}");
    }
}
