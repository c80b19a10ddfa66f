//! The files of the data. Only their owner may read them: they hold password hashes and private keys.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::{
    fs::{Metadata, Permissions},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
};

use crate::StartError;

const DATA: &str = "dynamodb.sqlite";
const LOCK: &str = "dynamodb.lock";
/// What `SQLite` may have left beside the data. It gives new ones the mode of the data.
const BESIDE_DATA: [&str; 3] = ["dynamodb.sqlite-wal", "dynamodb.sqlite-shm", "dynamodb.sqlite-journal"];

/// The files, locked: two processes could otherwise open the data unnoticed.
#[derive(Debug)]
pub(super) struct DataFiles {
    data: PathBuf,
    _lock: File,
}

impl DataFiles {
    /// Makes the folder if it is missing, closes it and its files to other users, and takes its lock.
    pub(super) fn open(folder: &Path) -> Result<Self, StartError> {
        make_private(folder)?;
        let data = folder.join(DATA);
        let lock_path = folder.join(LOCK);
        let lock = open_private(&lock_path)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StartError::InUse { path: data }),
            Err(TryLockError::Error(source)) => return Err(StartError::NotWritable { path: lock_path, source }),
        }
        // SQLite itself does not tell a file that may not be written from a damaged one.
        open_private(&data)?;
        for beside in BESIDE_DATA.map(|name| folder.join(name)).into_iter().filter(|path| path.exists()) {
            open_private(&beside)?;
        }
        Ok(Self { data, _lock: lock })
    }

    /// The data file.
    pub(super) fn data(&self) -> &Path {
        &self.data
    }
}

/// Opens a file, which nobody but its owner may read from now on. Makes it if it is missing.
pub(super) fn open_private(path: &Path) -> Result<File, StartError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    options.mode(0o600);
    let file = options.open(path).map_err(|source| StartError::NotWritable { path: path.to_owned(), source })?;
    #[cfg(unix)]
    close_to_others(path, 0o600)?;
    Ok(file)
}

fn make_private(folder: &Path) -> Result<(), StartError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    builder.mode(0o700);
    let made = builder.recursive(true).create(folder);
    made.map_err(|source| StartError::NotWritable { path: folder.to_owned(), source })?;
    #[cfg(unix)]
    close_to_others(folder, 0o700)?;
    Ok(())
}

/// Earlier versions left what they made to the umask.
#[cfg(unix)]
fn close_to_others(path: &Path, mode: u32) -> Result<(), StartError> {
    let close = |metadata: Metadata| match metadata.permissions().mode() {
        there if there & 0o777 == mode => Ok(()),
        _ => std::fs::set_permissions(path, Permissions::from_mode(mode)),
    };
    std::fs::metadata(path).and_then(close).map_err(|source| StartError::NotPrivate { path: path.to_owned(), source })
}
