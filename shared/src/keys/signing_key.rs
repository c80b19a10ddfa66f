//! One RSA key pair.

use std::fmt;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey};
use secrecy::SecretSlice;
use thiserror::Error;

/// Why a key could not be made or used.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The cryptographic library refused, without a reason.
    #[error("the RSA key could not be {0}")]
    Rsa(&'static str),
    /// The system has no randomness to give.
    #[error("the system gave no randomness for a key")]
    NoRandomness,
    /// The public part has no form as a JSON Web Key.
    #[error("the public key has no form as a JSON Web Key")]
    Jwk(#[from] jsonwebtoken::errors::Error),
    /// The cryptographic library refused to derive a key of seals or to use it.
    #[error("the key of seals could not be derived or used")]
    Seal,
}

/// An RSA-2048 key pair that signs with RS256, kept parsed: to parse it takes twice as long as to sign.
pub struct SigningKey {
    pair: KeyPair,
    pkcs8: SecretSlice<u8>,
    jwk: Jwk,
    kid: String,
}

impl SigningKey {
    /// Makes a new key.
    pub fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_unspecified| KeyError::Rsa("made"))?;
        let pkcs8 = pair.as_der().map_err(|_unspecified| KeyError::Rsa("encoded"))?.as_ref().to_vec();
        Self::of_pair(pair, pkcs8.into())
    }

    /// Reads a key as the store keeps it, in PKCS#8 DER.
    pub fn from_pkcs8(pkcs8: SecretSlice<u8>) -> Result<Self, KeyError> {
        use secrecy::ExposeSecret as _;

        let pair = KeyPair::from_pkcs8(pkcs8.expose_secret()).map_err(|_rejected| KeyError::Rsa("read"))?;
        Self::of_pair(pair, pkcs8)
    }

    fn of_pair(pair: KeyPair, pkcs8: SecretSlice<u8>) -> Result<Self, KeyError> {
        let public_key = DecodingKey::from_rsa_der(pair.public_key().as_ref());
        let mut jwk = Jwk::from_decoding_key(&public_key, Some(Algorithm::RS256))?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        jwk.common.key_algorithm = Some(KeyAlgorithm::RS256);
        jwk.common.key_id = Some(kid.clone());
        Ok(Self { pair, pkcs8, jwk, kid })
    }

    /// The key's name: its thumbprint by RFC 7638.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public part, with `kid`, `use` and `alg`.
    #[must_use]
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// The key as the store keeps it, in PKCS#8 DER.
    #[must_use]
    pub fn pkcs8(&self) -> &SecretSlice<u8> {
        &self.pkcs8
    }

    /// The RS256 signature of `message` (RFC 7518 3.3).
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_unspecified| KeyError::Rsa("used to sign"))?;
        Ok(signature)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}
