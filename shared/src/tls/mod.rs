//! Whom an HTTPS client trusts.

mod amazon;

pub use amazon::amazon_client;

use std::fmt::Display;

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::environment::{ConfigError, Environment};

/// Trust in the roots of the PEM file that `variable` names or, if it is not set, in `roots`, which are PEM too. Nobody else is
/// trusted: the system's roots are not read.
pub fn trust(
    environment: &Environment,
    variable: &'static str,
    roots: impl FnOnce() -> Vec<u8>,
) -> Result<TlsContext, ConfigError> {
    let roots = match bundle(environment, variable)? {
        Some(bundle) => bundle,
        None => roots(),
    };
    let trusted = TlsContext::builder().with_trust_store(TrustStore::empty().with_pem_certificate(roots)).build();
    trusted.map_err(|error| not_usable(environment, variable, &error))
}

/// The PEM file that `variable` names, if it is set. Its certificates can be trusted as roots.
pub fn bundle(environment: &Environment, variable: &'static str) -> Result<Option<Vec<u8>>, ConfigError> {
    let Some(path) = environment.get(variable) else { return Ok(None) };
    certificates_in(path, &|why| not_usable(environment, variable, why)).map(Some)
}

fn not_usable(environment: &Environment, variable: &'static str, why: &dyn Display) -> ConfigError {
    let expected = format!("a file of PEM certificates ({why})");
    let path = environment.get(variable).unwrap_or_default();
    ConfigError::invalid(variable, path, expected, "/etc/pki/tls/certs/ca-bundle.crt")
}

/// The PEM file, checked: the client panics on one that is not in order.
fn certificates_in(path: &str, not_usable: &dyn Fn(&dyn Display) -> ConfigError) -> Result<Vec<u8>, ConfigError> {
    let pem = std::fs::read(path).map_err(|error| not_usable(&error))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| not_usable(&error))?;
        roots.add(certificate).map_err(|error| not_usable(&error))?;
    }
    if roots.is_empty() { Err(not_usable(&"it holds none")) } else { Ok(pem) }
}
