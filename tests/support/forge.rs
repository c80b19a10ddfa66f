//! Making tokens that the issuer would never make.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding};
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::api::header_of;
use crate::{OwnStack, claims_of};

/// A stack, the key it signs with, taken out of its table, and a token that it issued, taken apart.
pub struct Forge {
    /// The stack.
    pub stack: OwnStack,
    /// The key that it signs with.
    pub key: RsaKeyPair,
    /// A token that it issued.
    pub token: String,
    /// The token's header.
    pub header: Value,
    /// The token's claims.
    pub claims: Value,
}

impl Forge {
    /// Takes the key out of this stack.
    pub async fn of(stack: OwnStack) -> Self {
        let (_person, token) = stack.api.somebody().await;
        let keys = stack.dynamodb.get_item().table_name(stack.table("SIGNING_KEYS_TABLE"));
        let keys = keys.key("id", AttributeValue::S("keys".to_owned())).send().await.unwrap().item.unwrap();
        let key = RsaKeyPair::from_pkcs8(keys["current"].as_b().unwrap().as_ref()).unwrap();
        let (header, claims) = (header_of(&token), claims_of(&token));
        Self { stack, key, token, header, claims }
    }

    /// A header like ours, with these members set; `null` takes one out.
    #[must_use]
    pub fn header_with(&self, changes: Value) -> Value {
        with(&self.header, changes)
    }

    /// Claims like ours, with these set; `null` takes one out.
    #[must_use]
    pub fn claims_with(&self, changes: Value) -> Value {
        with(&self.claims, changes)
    }

    /// A token of this header and these claims, signed with the stack's key.
    #[must_use]
    pub fn signed(&self, header: &Value, claims: &Value) -> String {
        sign_with(&self.key, header, claims)
    }

    /// A token of this header and these claims, under HMAC-SHA256 with this secret.
    #[must_use]
    pub fn tagged(header: &Value, claims: &Value, secret: &[u8]) -> String {
        let message = message(header, claims);
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
    }
}

fn with(object: &Value, changes: Value) -> Value {
    let mut members: Map<String, Value> = object.as_object().unwrap().clone();
    members.extend(changes.as_object().unwrap().clone());
    members.retain(|_name, value| !value.is_null());
    members.into()
}

/// What is signed: header and claims, encoded.
#[must_use]
pub fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// A token of this header and these claims, signed with this key in the way that the header's `alg` says; where that is
/// none of RSA's, with RS256.
#[must_use]
pub fn sign_with(key: &RsaKeyPair, header: &Value, claims: &Value) -> String {
    let encoding: &'static dyn RsaEncoding = match header["alg"].as_str() {
        Some("RS384") => &RSA_PKCS1_SHA384,
        Some("RS512") => &RSA_PKCS1_SHA512,
        Some("PS256") => &RSA_PSS_SHA256,
        _ => &RSA_PKCS1_SHA256,
    };
    let message = message(header, claims);
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}
