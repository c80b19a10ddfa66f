//! The order of the modules: each imports only from layers below its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the ground up. Modules of one layer know nothing of each other.
const LAYERS: [&[&str]; 9] = [
    &["clock", "environment", "error_chain", "web_origin"],
    &["logging", "tls", "uuid_v7"],
    &["domain", "web_client"],
    &["keys"],
    &["attempts", "mail", "tokens"],
    &["admin"],
    &["http", "store"],
    &["authentication", "sign_in"],
    &["lambda"],
];

/// Words of the wire and of the store, which the domain does not use. The cryptographic library is neither, although AWS
/// publishes it.
const FOREIGN_TO_THE_DOMAIN: [&str; 8] =
    ["http", "lambda", "aws_sdk", "aws_config", "dynamo", "gateway", "statuscode", "cookie"];

/// Every file of the crate and the module it belongs to.
fn files() -> Vec<(String, PathBuf)> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    let module = |path: &Path| {
        let first = path.strip_prefix(&source).unwrap().components().next().unwrap();
        first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
    };
    files.into_iter().map(|path| (module(&path), path)).filter(|(module, _path)| module != "lib").collect()
}

/// The code of a file, line by line, without comments.
fn code(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).map(str::to_owned).collect()
}

/// The modules that a line names by `crate::…`.
fn imports(line: &str) -> Vec<String> {
    let names = line.split("crate::").skip(1);
    names.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

#[test]
fn every_module_has_its_layer() {
    let there: BTreeSet<String> = files().into_iter().map(|(module, _path)| module).collect();
    assert_eq!(there, LAYERS.concat().into_iter().map(str::to_owned).collect());
}

#[test]
fn every_module_is_in_the_picture() {
    let architecture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/architecture.md");
    let picture = fs::read_to_string(architecture).unwrap();
    let picture = picture.split("```").find(|block| block.contains('│')).unwrap();
    for module in LAYERS.concat() {
        assert!(picture.contains(module), "docs/architecture.md does not draw {module}");
    }
}

#[test]
fn each_module_imports_only_from_layers_below_its_own() {
    let layers = LAYERS.iter().enumerate();
    let layer_of: BTreeMap<_, _> =
        layers.flat_map(|(layer, modules)| modules.iter().map(move |module| (*module, layer))).collect();
    let mut seen = 0;
    for (module, path) in files() {
        for line in code(&path) {
            for import in imports(&line) {
                let Some(below) = layer_of.get(import.as_str()) else {
                    panic!("{}: write one import of the crate a line: {line}", path.display());
                };
                let allowed = import == module || *below < layer_of[module.as_str()];
                assert!(allowed, "{module} may not import {import}: {}: {line}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "the imports are not where they were: {seen}");
}

#[test]
fn the_domain_names_neither_http_nor_aws_types() {
    for (_module, path) in files().into_iter().filter(|(module, _path)| module == "domain") {
        for line in code(&path) {
            // An issuer is spelled as a URL and is a name all the same.
            let line = line.to_lowercase().replace("\"https://", "\"");
            let foreign = FOREIGN_TO_THE_DOMAIN.iter().find(|word| line.contains(**word));
            assert_eq!(foreign, None, "{}: {line}", path.display());
        }
    }
}
