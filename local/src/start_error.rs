//! Why nothing was started.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use shared::environment::ConfigError;
use thiserror::Error;

/// What stands in the way, and what to do about it.
#[derive(Debug, Error)]
pub enum StartError {
    /// Somebody else listens on the address.
    #[error("{address} is taken: stop what listens there, or pass another {option}")]
    AddressTaken {
        /// The address.
        address: SocketAddr,
        /// The option that chooses another one.
        option: &'static str,
    },
    /// The system does not let us listen on the address.
    #[error("cannot listen on {address}: {source}; pass another {option}")]
    CannotListen {
        /// The address.
        address: SocketAddr,
        /// The option that chooses another one.
        option: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// The folder of the data file cannot be made or written to.
    #[error("cannot write to {path}: {source}; make it writable, or pass --memory to keep nothing")]
    NotWritable {
        /// The folder or the file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file system does not keep other users of the machine out.
    #[error(
        "cannot close {path} to other users ({source}): it would hold private keys. Move the folder to a file system that has permissions, or pass --memory to keep nothing"
    )]
    NotPrivate {
        /// The folder or the file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another process uses the data file.
    #[error("{path} is in use by another process: stop that one, or pass --memory to keep nothing")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The data file is not one of ours any more.
    #[error("{path} cannot be opened as a database ({reason}): move it away to start afresh, or restore a copy of it")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the database says.
        reason: String,
    },
    /// The system has no random numbers, and so there is no key for DynamoDB.
    #[error("the system gives no random numbers for DynamoDB's access key")]
    NoRandomness,
    /// A variable of the environment is not acceptable.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The system does not start a function's program.
    #[error("cannot start {command}: {source}; pass another command with --function")]
    Function {
        /// The command.
        command: String,
        /// What the system says.
        source: io::Error,
    },
    /// Two functions are to answer the same paths.
    #[error("two functions are to answer {prefix}: pass one --function for each path")]
    PathTaken {
        /// The path.
        prefix: String,
    },
    /// The embedded DynamoDB does not tell of a table's changes.
    #[error("the stream of table {table} cannot be read ({reason}): start without --on-user")]
    Stream {
        /// The table.
        table: String,
        /// What the database says.
        reason: String,
    },
    /// DynamoDB did not let the tables be made.
    #[error("cannot make table {table} at {url} ({reason}): see that a DynamoDB runs there and may make tables")]
    Table {
        /// The table.
        table: String,
        /// Where DynamoDB should be.
        url: String,
        /// What went wrong.
        reason: String,
    },
}

impl StartError {
    /// Of an address that cannot be listened on. `option` chooses another one.
    #[must_use]
    pub fn listening(address: SocketAddr, option: &'static str, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::AddressTaken { address, option },
            _ => Self::CannotListen { address, option, source },
        }
    }
}
