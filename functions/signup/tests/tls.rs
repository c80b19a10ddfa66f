//! Whom the program trusts to be its store.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{Person, Program, RuntimeApi, Tables, TlsEndpoint, http_api_event};
use serde_json::Value;
use tempfile::NamedTempFile;

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_signup"), include_str!("uses.json"));

/// Signs somebody up at a store behind TLS, and returns the answer and the log.
async fn sign_up_trusting(
    ca_bundle: Option<&NamedTempFile>,
    endpoint: &TlsEndpoint,
    tables: &Tables,
) -> (Value, String) {
    let runtime = RuntimeApi::start().await;
    let mut variables = tables.variables(PROGRAM);
    variables.push(("AWS_ENDPOINT_URL_DYNAMODB", endpoint.url()));
    variables.extend(ca_bundle.map(|file| ("AWS_CA_BUNDLE", file.path().to_str().unwrap())));
    let function = runtime.start_function(PROGRAM, &variables);
    let answer = runtime.invoke_in_time(http_api_event("POST", "/auth/signup", &Person::new().signup_body())).await;
    (answer, String::from_utf8(function.stop().await.stdout).unwrap())
}

#[tokio::test]
async fn a_store_is_trusted_whose_root_is_in_the_bundle() {
    let tables = Tables::start().await;
    let endpoint = TlsEndpoint::start(tables.dynamodb().url()).await;
    let bundle = NamedTempFile::new().unwrap();
    TlsEndpoint::start(tables.dynamodb().url()).await.append_root(bundle.path());
    endpoint.append_root(bundle.path());
    let (answer, log) = sign_up_trusting(Some(&bundle), &endpoint, &tables).await;
    assert_eq!(answer["statusCode"], 201, "{answer} {log}");
}

#[tokio::test]
async fn a_store_whose_root_is_not_trusted_is_told_nothing() {
    let tables = Tables::start().await;
    let endpoint = TlsEndpoint::start(tables.dynamodb().url()).await;
    let bundle = NamedTempFile::new().unwrap();
    TlsEndpoint::start(tables.dynamodb().url()).await.append_root(bundle.path());
    for bundle in [None, Some(&bundle)] {
        let (answer, log) = sign_up_trusting(bundle, &endpoint, &tables).await;
        assert_eq!(answer["statusCode"], 503, "{answer}");
        assert!(log.contains("invalid peer certificate"), "{log}");
    }
}

#[tokio::test]
async fn a_bundle_that_cannot_be_used_stops_the_start() {
    let runtime = RuntimeApi::start().await;
    let holds = |text: &str| {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    };
    let (empty, broken) =
        (holds("no certificate"), holds("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"));
    let bad = [
        ("AWS_CA_BUNDLE", "/nowhere/roots.pem", "a file of PEM certificates"),
        ("AWS_CA_BUNDLE", empty.path().to_str().unwrap(), "it holds none"),
        ("AWS_CA_BUNDLE", broken.path().to_str().unwrap(), "a file of PEM certificates"),
        ("AWS_REGION", "", "eu-central-1"),
    ];
    let _log = runtime.assert_refuses(PROGRAM, &bad).await;
}
