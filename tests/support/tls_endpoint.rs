//! A DynamoDB behind TLS, under a root of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, PKCS_RSA_SHA256, RsaKeySize, SanType,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Ends TLS in front of a DynamoDB on this machine. Its certificate has an RSA key of 2048 bits and hangs on its root by
/// one intermediate, like those of AWS's endpoints.
#[derive(Debug)]
pub struct TlsEndpoint {
    url: String,
    root: String,
    task: JoinHandle<()>,
}

impl TlsEndpoint {
    /// Starts on a free port of the loopback interface.
    pub async fn start(dynamodb_url: &str) -> Self {
        let dynamodb: SocketAddr = dynamodb_url.strip_prefix("http://").unwrap().parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (config, root) = server_config(address);
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let task = tokio::spawn(async move {
            while let Ok((inside, _from)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let mut plain = TcpStream::connect(dynamodb).await?;
                    inside.set_nodelay(true)?;
                    plain.set_nodelay(true)?;
                    copy_bidirectional(&mut acceptor.accept(inside).await?, &mut plain).await
                });
            }
        });
        Self { url: format!("https://{address}"), root, task }
    }

    /// Where it is called.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Writes the root certificate, as PEM, behind those that are in the file already.
    pub fn append_root(&self, file: &Path) {
        let mut pem = std::fs::read_to_string(file).unwrap_or_default();
        pem.push_str(&self.root);
        std::fs::write(file, pem).unwrap();
    }
}

impl Drop for TlsEndpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How the server shows who it is, and the root to trust for it.
fn server_config(address: SocketAddr) -> (ServerConfig, String) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(authority.clone(), rsa_key()).unwrap();
    let intermediate = CertifiedIssuer::signed_by(authority, rsa_key(), &root).unwrap();
    let mut server = CertificateParams::default();
    server.subject_alt_names = vec![SanType::IpAddress(address.ip())];
    let key = rsa_key();
    let certificate = server.signed_by(&key, &intermediate).unwrap();
    let chain = vec![certificate.der().clone(), intermediate.der().clone()];
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    (config, root.pem())
}

fn rsa_key() -> KeyPair {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap()
}
