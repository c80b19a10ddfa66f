//! The route tables of the functions, and what is held against them here: the folders and the router of
//! `cargo lambda watch`. openapi.yaml is held against them in `openapi`, template.yaml by way of each `uses.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use local::FUNCTIONS;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn every_folder_of_functions_is_mounted() {
    let folders = root().join("functions").read_dir().unwrap();
    let folders: BTreeSet<_> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    // No request reaches `mail`: a stream starts it.
    let expected = FUNCTIONS.map(|function| function.name.to_owned()).into_iter().chain(["mail".to_owned()]);
    assert_eq!(folders, expected.collect());
}

#[test]
fn no_two_routes_are_one() {
    let (mut keys, mut operations) = (BTreeSet::new(), BTreeSet::new());
    for route in FUNCTIONS.into_iter().flat_map(|function| (function.routes)()) {
        for key in route.keys() {
            assert!(keys.insert(key.clone()), "{key} is served twice");
        }
        for operation in [Some(route.operation), route.xano_operation].into_iter().flatten() {
            assert!(operations.insert(operation), "{operation} is the name of two operations");
        }
    }
}

/// The workspace's `[workspace.metadata.lambda.watch.router]`: a path leads to a function by its name, or, if several
/// functions serve it, to a list of functions with their methods.
fn router() -> BTreeMap<String, BTreeSet<String>> {
    let mut metadata = Command::new(env!("CARGO"));
    metadata.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(root());
    let metadata: Value = serde_json::from_slice(&metadata.output().unwrap().stdout).unwrap();
    let router = metadata["metadata"]["lambda"]["watch"]["router"].as_object().unwrap().clone();
    let name = |function: &Value| function.as_str().or(function["function"].as_str()).unwrap().to_owned();
    let functions = |entry: Value| match entry {
        Value::Array(functions) => functions.iter().map(name).collect(),
        one => BTreeSet::from([name(&one)]),
    };
    router.into_iter().map(|(path, entry)| (path, functions(entry))).collect()
}

#[test]
fn the_router_of_cargo_lambda_watch_leads_each_path_to_its_function() {
    let mut expected = BTreeMap::<String, BTreeSet<String>>::new();
    for function in FUNCTIONS {
        for route in (function.routes)() {
            for path in route.paths("/api:{group}") {
                expected.entry(path).or_default().insert(function.name.to_owned());
            }
        }
    }
    assert_eq!(router(), expected);
}
