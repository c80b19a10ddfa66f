//! Whom the program trusts to be a provider, and whom to be its store: neither trusts the other's roots.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by panicking"
)]

mod sign_in;

use api_tests::{Program, RuntimeApi, ScriptedProvider, Tables, TlsEndpoint};
use serde_json::Value;
use tempfile::NamedTempFile;

use sign_in::{PAGE, callback, code_of, github, location_of, start, variables};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_oauth"), include_str!("uses.json"));

/// A file with the root of this endpoint.
fn root_of(endpoint: &TlsEndpoint) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    endpoint.append_root(file.path());
    file
}

/// Comes back from a GitHub behind TLS, with these variables, and returns the answer and the log.
async fn come_back_from(endpoint: &TlsEndpoint, tables: &Tables, more: &[(&'static str, String)]) -> (Value, String) {
    let runtime = RuntimeApi::start().await;
    let own = tables.variables(PROGRAM).into_iter().map(|(name, value)| (name, value.to_owned()));
    let settings: Vec<_> = own.chain(variables(endpoint.url())).chain(more.iter().cloned()).collect();
    let function = runtime.start_function(PROGRAM, &settings);
    let started = runtime.invoke_in_time(start("github")).await;
    let answer = if started["cookies"].as_array().is_none_or(Vec::is_empty) {
        started
    } else {
        runtime.invoke_in_time(callback(&started)).await
    };
    (answer, String::from_utf8(function.stop().await.stdout).unwrap())
}

fn bundle(variable: &'static str, file: &NamedTempFile) -> (&'static str, String) {
    (variable, file.path().to_str().unwrap().to_owned())
}

async fn github_behind_tls() -> (ScriptedProvider, TlsEndpoint) {
    let github = github().await;
    let endpoint = TlsEndpoint::start(github.url()).await;
    (github, endpoint)
}

#[tokio::test]
async fn a_provider_is_trusted_whose_root_is_in_its_bundle() {
    let (tables, (_github, endpoint)) = (Tables::start().await, github_behind_tls().await);
    let roots = root_of(&endpoint);
    let (answer, _log) = come_back_from(&endpoint, &tables, &[bundle("OAUTH_CA_BUNDLE", &roots)]).await;
    let _ = code_of(&answer);
}

#[tokio::test]
async fn a_provider_whose_root_is_trusted_by_nobody_or_for_the_store_alone_is_told_nothing() {
    let (tables, (github, endpoint)) = (Tables::start().await, github_behind_tls().await);
    let (other_github, other) = github_behind_tls().await;
    let (roots, others) = (root_of(&endpoint), root_of(&other));
    for trusted in [
        vec![],
        vec![bundle("AWS_CA_BUNDLE", &roots)],
        vec![bundle("OAUTH_CA_BUNDLE", &others)],
        vec![bundle("AWS_CA_BUNDLE", &roots), bundle("OAUTH_CA_BUNDLE", &others)],
    ] {
        let (answer, log) = come_back_from(&endpoint, &tables, &trusted).await;
        assert_eq!(location_of(&answer), format!("{PAGE}?error=provider_unavailable#"));
        assert!(log.contains("invalid peer certificate"), "{log}");
    }
    assert!(github.take_calls().is_empty() && other_github.take_calls().is_empty());
}

#[tokio::test]
async fn a_store_whose_root_is_trusted_for_providers_alone_is_told_nothing() {
    let (tables, (_github, endpoint)) = (Tables::start().await, github_behind_tls().await);
    let store = TlsEndpoint::start(tables.dynamodb().url()).await;
    let (roots, of_store) = (root_of(&endpoint), root_of(&store));
    let at_store = ("AWS_ENDPOINT_URL_DYNAMODB", store.url().to_owned());
    store.append_root(roots.path());
    let untrusted = [at_store.clone(), bundle("OAUTH_CA_BUNDLE", &roots)];
    let (answer, log) = come_back_from(&endpoint, &tables, &untrusted).await;
    assert_eq!(location_of(&answer), format!("{PAGE}?error=unavailable#"));
    assert!(log.contains("invalid peer certificate"), "{log}");
    let trusted = [at_store, bundle("OAUTH_CA_BUNDLE", &roots), bundle("AWS_CA_BUNDLE", &of_store)];
    let (answer, _log) = come_back_from(&endpoint, &tables, &trusted).await;
    let _ = code_of(&answer);
}

#[tokio::test]
async fn a_bundle_that_cannot_be_used_stops_the_start() {
    let runtime = RuntimeApi::start().await;
    let empty = NamedTempFile::new().unwrap();
    let bad = [
        ("OAUTH_CA_BUNDLE", "/nowhere/roots.pem", "a file of PEM certificates"),
        ("OAUTH_CA_BUNDLE", empty.path().to_str().unwrap(), "it holds none"),
    ];
    let _log = runtime.assert_refuses(PROGRAM, &bad).await;
}
