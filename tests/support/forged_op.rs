//! An OpenID provider that also does what no honest one does.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::{Reply, ScriptedProvider, message, sign_with};

/// A key that an OpenID provider signs with.
pub enum OpKey {
    /// RS256.
    Rsa(Box<KeyPair>),
    /// ES256.
    Ec(EcdsaKeyPair),
    /// `EdDSA`.
    Ed(Ed25519KeyPair),
}

/// An issuer with a document, keys and a token endpoint, each of which a test may change.
pub struct ForgedOp {
    /// The server.
    pub server: ScriptedProvider,
}

impl OpKey {
    /// A new RSA key.
    #[must_use]
    pub fn rsa() -> Self {
        Self::Rsa(Box::new(KeyPair::generate(KeySize::Rsa2048).unwrap()))
    }

    /// A new key on the curve P-256.
    #[must_use]
    pub fn ec() -> Self {
        Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    /// A new Ed25519 key.
    #[must_use]
    pub fn ed() -> Self {
        Self::Ed(Ed25519KeyPair::generate().unwrap())
    }

    /// The algorithm, as a header names it.
    #[must_use]
    pub fn alg(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::Ec(_) => "ES256",
            Self::Ed(_) => "EdDSA",
        }
    }

    /// The public part under this name, without `alg` and `use`.
    #[must_use]
    pub fn jwk(&self, kid: &str) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Rsa(key) => {
                let parts = PublicKeyComponents::<Vec<u8>>::from(key.public_key());
                json!({"kty": "RSA", "kid": kid, "n": encode(&parts.n), "e": encode(&parts.e)})
            }
            Self::Ec(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": encode(x), "y": encode(y)})
            }
            Self::Ed(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": encode(key.public_key().as_ref())})
            }
        }
    }

    /// A token of this header and these claims.
    #[must_use]
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature = match self {
            Self::Rsa(key) => return sign_with(key, header, claims),
            Self::Ec(key) => key.sign(&SystemRandom::new(), message.as_bytes()).unwrap().as_ref().to_vec(),
            Self::Ed(key) => key.sign(message.as_bytes()).as_ref().to_vec(),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl ForgedOp {
    /// The id and the secret of the one app.
    pub const APP: (&'static str, &'static str) = ("app-1", "p+q:r/s%t~u v");

    /// Where its document is.
    pub const DOCUMENT: &'static str = "/.well-known/openid-configuration";

    /// Starts it, with a document in order.
    pub async fn start() -> Self {
        let op = Self { server: ScriptedProvider::start().await };
        op.publish_document(json!({}));
        op
    }

    /// Its issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.server.url()
    }

    /// The variables by which the function finds it.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, &str); 3] {
        let (id, secret) = Self::APP;
        [("OAUTH_OIDC_CLIENT_ID", id), ("OAUTH_OIDC_CLIENT_SECRET", secret), ("OAUTH_OIDC_ISSUER", self.issuer())]
    }

    /// Publishes its document with these members changed; `null` takes one out.
    pub fn publish_document(&self, changes: Value) {
        self.server.reply(Self::DOCUMENT, Reply::Json(200, self.document(changes)));
    }

    /// Its document with these members changed.
    #[must_use]
    pub fn document(&self, changes: Value) -> Value {
        let issuer = self.issuer();
        let document = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
        });
        changed(document, changes)
    }

    /// Publishes these keys and no others.
    pub fn publish_keys(&self, keys: &[Value]) {
        self.server.reply("/keys", Reply::Json(200, json!({ "keys": keys })));
    }

    /// Answers every code with this ID token.
    pub fn give_token(&self, id_token: &str) {
        let answer = json!({"access_token": "opaque", "token_type": "Bearer", "id_token": id_token});
        self.server.reply("/token", Reply::Json(200, answer));
    }

    /// Claims in order, but for these changes; `null` takes one out.
    #[must_use]
    pub fn claims(&self, nonce: &str, now_seconds: u64, changes: Value) -> Value {
        let claims = json!({
            "iss": self.issuer(), "sub": "subject-1", "aud": Self::APP.0, "nonce": nonce,
            "iat": now_seconds, "exp": now_seconds + 300,
            "email": "ada@example.com", "email_verified": true, "name": "Ada Lovelace",
        });
        changed(claims, changes)
    }
}

fn changed(mut object: Value, changes: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    members.extend(changes.as_object().unwrap().clone());
    members.retain(|_name, value| !value.is_null());
    object
}
