//! What the domain may not know of.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::Path;

/// Words of the wire and of the store. The cryptographic library is neither, whoever publishes it.
const FOREIGN: [&str; 9] =
    ["http", "lambda", "aws_sdk", "aws_config", "dynamo", "gateway", "statuscode", "cookie", "crate::store"];

#[test]
fn the_domain_names_neither_http_nor_aws_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain");
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 5, "the domain is not where it was: {files:?}");
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        for (number, line) in code.enumerate() {
            let line = line.to_lowercase();
            let foreign = FOREIGN.iter().find(|word| line.contains(**word));
            assert_eq!(foreign, None, "{}, line {number}: {line}", file.display());
        }
    }
}
