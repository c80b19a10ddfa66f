//! A DynamoDB in this process, served over HTTP.

mod changes;
mod files;
mod operations;
mod refusal;
mod run_key;
mod serve;
mod signature;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use dynoxide::Database;
use shared::store::LocalDynamoDb;

use crate::StartError;
use crate::server::{Server, listen};
use files::DataFiles;
use run_key::KeyFile;
use serve::Api;

pub(crate) use changes::{Change, ChangeKind, Changes};
pub use run_key::{key_file, running_dynamodb};

/// A DynamoDB on dynoxide, in memory or in a file. Its API is served here and not by dynoxide's own server, which checks no
/// signature, answers pages of every origin, and opens a port by itself.
pub struct EmbeddedDynamoDb {
    dynamodb: LocalDynamoDb,
    database: Database,
    server: Server,
    /// The key goes before the lock does: the next run writes its own.
    _files: Option<(KeyFile, DataFiles)>,
}

impl EmbeddedDynamoDb {
    /// Starts a DynamoDB that keeps its data in files of its own in `folder`, or in memory without one, and listens on
    /// `address`. It takes only requests that are signed with a key that is new for each start. [`key_file`] holds the
    /// key too.
    pub async fn start(folder: Option<&Path>, address: SocketAddr) -> Result<Self, StartError> {
        let listener = listen(address, "--dynamodb-port").await?;
        let address = listener.local_addr().unwrap_or(address);
        let dynamodb = run_key::with_new_key(&format!("http://{}", reachable(address)))?;
        let data = folder.map(DataFiles::open).transpose()?;
        let database = open(data.as_ref().map(DataFiles::data))?;
        let files = match (folder, data) {
            (Some(folder), Some(data)) => Some((KeyFile::write(folder, &dynamodb)?, data)),
            _ => None,
        };
        let api = Api { database: database.clone(), key: dynamodb.key().clone(), address: address.ip() };
        let server = Server::start(|ended| api.serve(listener, ended));
        Ok(Self { dynamodb, database, server, _files: files })
    }

    /// Where it can be called from this machine, and its key.
    #[must_use]
    pub fn dynamodb(&self) -> &LocalDynamoDb {
        &self.dynamodb
    }

    /// What becomes new in a table from now on, and what goes.
    pub(crate) fn changes_of(&self, table: &str) -> Result<Changes, StartError> {
        let changes = Changes::from_now_on(self.database.clone(), table);
        changes.map_err(|error| StartError::Stream { table: table.to_owned(), reason: error.to_string() })
    }

    /// Lets running calls finish and closes the file.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

impl fmt::Debug for EmbeddedDynamoDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedDynamoDb").field("dynamodb", &self.dynamodb).finish_non_exhaustive()
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

fn open(file: Option<&Path>) -> Result<Database, StartError> {
    let damaged = |path: PathBuf, reason: String| StartError::Damaged { path, reason };
    match file {
        Some(path) => {
            Database::new(&path.to_string_lossy()).map_err(|error| damaged(path.to_owned(), error.to_string()))
        }
        None => Database::memory().map_err(|error| damaged("the memory".into(), error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use super::{EmbeddedDynamoDb, key_file, running_dynamodb};
    use crate::StartError;

    const FREE_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

    #[tokio::test]
    async fn one_folder_is_open_in_one_place_only() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new/data");
        let first = EmbeddedDynamoDb::start(Some(&folder), FREE_PORT).await.unwrap();
        let key = std::fs::read_to_string(key_file(&folder)).unwrap();
        let second = EmbeddedDynamoDb::start(Some(&folder), FREE_PORT).await;
        assert!(matches!(second, Err(StartError::InUse { .. })), "{second:?}");
        assert_eq!(std::fs::read_to_string(key_file(&folder)).unwrap(), key, "the key of the first is left alone");
        first.stop().await;
        EmbeddedDynamoDb::start(Some(&folder), FREE_PORT).await.unwrap().stop().await;
    }

    #[tokio::test]
    async fn the_key_lies_beside_the_data_for_one_run() {
        let folder = tempfile::tempdir().unwrap();
        let file = key_file(folder.path());
        let mut keys = Vec::new();
        for _ in 0..2 {
            let dynamodb = EmbeddedDynamoDb::start(Some(folder.path()), FREE_PORT).await.unwrap();
            let read = running_dynamodb(&file).unwrap().unwrap();
            assert_eq!(read.variables(), dynamodb.dynamodb().variables());
            keys.push(read.key_variables().map(|(_name, value)| value.to_owned()));
            dynamodb.stop().await;
            assert!(running_dynamodb(&file).unwrap().is_none(), "the run has ended");
        }
        assert!(keys[0][0] != keys[1][0] && keys[0][1] != keys[1][1], "each run has a new key");
    }

    #[tokio::test]
    async fn a_key_file_that_is_not_whole_is_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = key_file(folder.path());
        std::fs::write(&file, "[default]\naws_access_key_id = LATCHKEY\n").unwrap();
        assert_eq!(running_dynamodb(&file).unwrap_err().to_string(), "it is not whole");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_but_the_owner_may_read_the_files() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt as _;

        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        let modes = || {
            let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
            let mut modes: Vec<_> = entries.chain([folder.clone()]).collect();
            modes.sort();
            modes
                .into_iter()
                .map(|path| (path.metadata().unwrap().permissions().mode() & 0o777, path))
                .collect::<Vec<_>>()
        };
        // As the version before left them, the write-ahead log of a run that was killed included.
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        let loose = ["dynamodb.sqlite", "dynamodb.sqlite-wal", "dynamodb.sqlite-shm", "dynamodb.lock", "dynamodb.key"];
        for existing in [&[][..], &loose] {
            for name in existing {
                std::fs::write(folder.join(name), "").unwrap();
                std::fs::set_permissions(folder.join(name), Permissions::from_mode(0o644)).unwrap();
            }
            let dynamodb = EmbeddedDynamoDb::start(Some(&folder), FREE_PORT).await.unwrap();
            dynamodb.dynamodb().client().list_tables().send().await.unwrap();
            let during = modes();
            assert!(during.len() >= 4, "{during:?}");
            for (mode, path) in &during {
                assert_eq!(*mode, if *path == folder { 0o700 } else { 0o600 }, "{}", path.display());
            }
            dynamodb.stop().await;
        }
    }

    #[tokio::test]
    async fn a_damaged_file_is_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dynamodb.sqlite");
        std::fs::write(&file, "this was never a database, and it is long enough to show it".repeat(100)).unwrap();
        let error = EmbeddedDynamoDb::start(Some(folder.path()), FREE_PORT).await.unwrap_err();
        assert!(matches!(error, StartError::Damaged { .. }), "{error:?}");
        assert!(error.to_string().contains("dynamodb.sqlite"), "{error}");
        assert!(std::fs::read_to_string(&file).unwrap().starts_with("this was never"));
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let in_the_way = folder.path().join("file");
        std::fs::write(&in_the_way, "").unwrap();
        let error = EmbeddedDynamoDb::start(Some(&in_the_way.join("data")), FREE_PORT).await.unwrap_err();
        assert!(matches!(error, StartError::NotWritable { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_written_is_not_called_damaged() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("dynamodb.sqlite")).unwrap();
        let error = EmbeddedDynamoDb::start(Some(folder.path()), FREE_PORT).await.unwrap_err();
        assert!(matches!(error, StartError::NotWritable { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn a_dynamodb_that_is_let_go_of_gives_its_port_and_its_file_back() {
        let folder = tempfile::tempdir().unwrap();
        let first = EmbeddedDynamoDb::start(Some(folder.path()), FREE_PORT).await.unwrap();
        let address = address_of(&first);
        drop(first);
        tokio::task::yield_now().await;
        let second = EmbeddedDynamoDb::start(Some(folder.path()), address).await;
        assert!(second.is_ok(), "{second:?}");
    }

    fn address_of(dynamodb: &EmbeddedDynamoDb) -> SocketAddr {
        dynamodb.dynamodb().url().trim_start_matches("http://").parse().unwrap()
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
        let taken = address_of(&first);
        let error = EmbeddedDynamoDb::start(None, taken).await.unwrap_err();
        assert!(error.to_string().contains(&taken.to_string()), "{error}");
        assert!(error.to_string().contains("--dynamodb-port"), "{error}");
    }
}
