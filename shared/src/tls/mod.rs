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
    let path = environment.get(variable);
    let not_usable = |why: &dyn Display| {
        let expected = format!("a file of PEM certificates ({why})");
        ConfigError::invalid(variable, path.unwrap_or_default(), expected, "/etc/pki/tls/certs/ca-bundle.crt")
    };
    let roots = match path {
        Some(path) => certificates_in(path, &not_usable)?,
        None => roots(),
    };
    let trusted = TlsContext::builder().with_trust_store(TrustStore::empty().with_pem_certificate(roots)).build();
    trusted.map_err(|error| not_usable(&error))
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
