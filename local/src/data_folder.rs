//! Where `cargo dev` keeps its data.

use std::path::{Path, PathBuf};

use shared::environment::Environment;

/// The folder: beside the workspace's own files when cargo runs this, and else below the current folder.
pub(crate) fn of(environment: &Environment) -> PathBuf {
    let package = environment.get("CARGO_MANIFEST_DIR").map(Path::new);
    let workspace = package.and_then(Path::parent).unwrap_or(Path::new(""));
    workspace.join(".local")
}
