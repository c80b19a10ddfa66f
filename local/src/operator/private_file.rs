//! Files that hold personal data.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use super::CommandError;

/// Makes a new file that its owner alone can read. A file that is there already is never written over.
pub(super) fn new_private_file(path: &Path) -> Result<File, CommandError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::AlreadyExists => "it is there already: name a new one".to_owned(),
            _ => error.to_string(),
        };
        CommandError::new(format!("cannot make the file {}: {reason}", path.display()))
    })
}
