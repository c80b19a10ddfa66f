//! The HTTPS client of a function that calls AWS, and whom it trusts to be AWS.

use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::trust;
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
pub fn amazon_client(environment: &Environment) -> Result<SharedHttpClient, ConfigError> {
    let trusted = trust(environment, CA_BUNDLE, || AMAZON_ROOTS.to_vec())?;
    Ok(Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(trusted).build_https())
}
