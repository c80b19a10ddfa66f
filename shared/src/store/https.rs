//! The HTTPS client of a function, and whom it trusts.

use std::fmt::Display;

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::environment::{ConfigError, Environment};

/// The five roots that certificates of AWS's endpoints lead to. <https://www.amazontrust.com/repository/>
///
/// The system has some 140 of others, which each start of a function would read and parse, and any of which could vouch
/// for a false DynamoDB. Partitions beside `aws`, such as China's, may have others: there `AWS_CA_BUNDLE` names a file.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

/// The variable by which other tools of AWS, too, are told whom to trust instead.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html>
const CA_BUNDLE: &str = "AWS_CA_BUNDLE";

/// A client that trusts Amazon's roots or, instead, those in the PEM file that `AWS_CA_BUNDLE` names: for a store whose
/// certificate is somebody else's.
pub(super) fn https_client(environment: &Environment) -> Result<SharedHttpClient, ConfigError> {
    let roots = match environment.get(CA_BUNDLE) {
        Some(path) => certificates_in(path)?,
        None => AMAZON_ROOTS.to_vec(),
    };
    let trusted = TlsContext::builder().with_trust_store(TrustStore::empty().with_pem_certificate(roots)).build();
    let trusted = trusted.map_err(|error| not_usable(environment.get(CA_BUNDLE).unwrap_or_default(), &error))?;
    Ok(Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(trusted).build_https())
}

/// The PEM file, checked: the client panics on one that is not in order.
fn certificates_in(path: &str) -> Result<Vec<u8>, ConfigError> {
    let pem = std::fs::read(path).map_err(|error| not_usable(path, &error))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| not_usable(path, &error))?;
        roots.add(certificate).map_err(|error| not_usable(path, &error))?;
    }
    if roots.is_empty() { Err(not_usable(path, &"it holds none")) } else { Ok(pem) }
}

fn not_usable(path: &str, why: &dyn Display) -> ConfigError {
    let expected = format!("a file of PEM certificates ({why})");
    ConfigError::invalid(CA_BUNDLE, path, expected, "/etc/pki/tls/certs/ca-bundle.crt")
}
