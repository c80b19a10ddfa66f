//! ID tokens: whether one is good, and what it says.
//!
//! OpenID Connect Core 3.1.3.7 lets a client that asked the token endpoint itself leave out the signature. OWASP ASVS 5.0 6.8.2
//! does not.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use serde_json::Value;
use shared::clock::Timestamp;

use super::answer::{self, email, is_true, name, text};
use super::error::IdTokenFault;
use super::{Endpoint, Person, ProviderError};
use shared::web_client::WebAnswer;

/// How far an issuer's clock may be from ours, in seconds.
const MAX_CLOCK_SKEW_SECONDS: u64 = 60;
/// How old a token may be that was asked for just now, in seconds.
const MAX_AGE_SECONDS: u64 = 10 * 60;

/// What has to stand in an ID token.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who issues it, in each spelling.
    pub issuers: &'a [String],
    /// To whom.
    pub client_id: &'a str,
    /// To which sign-in.
    pub nonce: &'a str,
}

/// The keys of an issuer.
#[derive(Debug)]
pub struct Keys(Vec<Jwk>);

impl Keys {
    /// Reads a JSON Web Key set. Keys that are not understood are left out (RFC 7517 5).
    pub fn parse(answer: &WebAnswer) -> Result<Self, ProviderError> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let Set { keys } = answer::read(Endpoint::Keys, answer)?;
        Ok(Self(keys.into_iter().filter_map(|key| Jwk::deserialize(key).ok()).collect()))
    }

    /// The keys of this name that may sign.
    fn named(&self, kid: &str) -> impl Iterator<Item = &Jwk> {
        let may_sign = |key: &&Jwk| matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
        self.0.iter().filter(move |key| key.common.key_id.as_deref() == Some(kid)).filter(may_sign)
    }
}

/// What is used of a header. Where keys might be (`jku`, `jwk`, `x5u`, `x5c`) is not looked at: the issuer says it.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// What is used of the claims.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: u64,
    iat: u64,
    nonce: Option<String>,
    #[serde(default, deserialize_with = "text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "is_true")]
    email_verified: bool,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Who an ID token says that somebody is, if it is good. Times are compared with `now` alone.
pub fn verify(token: &str, keys: &Keys, expected: &Expected<'_>, now: Timestamp) -> Result<Person, IdTokenFault> {
    let header = header_of(token).ok_or(IdTokenFault::Form)?;
    let algorithm = match header.alg.as_str() {
        _ if header.crit.is_some() => return Err(IdTokenFault::Algorithm),
        "RS256" => Algorithm::RS256,
        "ES256" => Algorithm::ES256,
        "EdDSA" => Algorithm::EdDSA,
        _ => return Err(IdTokenFault::Algorithm),
    };
    let kid = header.kid.ok_or(IdTokenFault::UnknownKey)?;
    let mut named = keys.named(&kid).peekable();
    if named.peek().is_none() {
        return Err(IdTokenFault::UnknownKey);
    }
    let key = named.find(|key| is_for(key, algorithm)).ok_or(IdTokenFault::Signature)?;
    let key = DecodingKey::from_jwk(key).map_err(|_not_a_key| IdTokenFault::Signature)?;
    let claims: Claims = decode(token, &key, &signature_alone(algorithm))
        .map_err(|error| match error.kind() {
            jsonwebtoken::errors::ErrorKind::Json(_) => IdTokenFault::Form,
            _ => IdTokenFault::Signature,
        })?
        .claims;
    check(claims, expected, now)
}

fn check(claims: Claims, expected: &Expected<'_>, now: Timestamp) -> Result<Person, IdTokenFault> {
    let Claims { iss, sub, aud, azp, exp, iat, nonce, .. } = claims;
    let client_id = expected.client_id;
    if !expected.issuers.contains(&iss) {
        return Err(IdTokenFault::Issuer);
    }
    let azp_is_ours = azp.as_deref().map(|azp| azp == client_id);
    let audience_is_ours = match aud {
        Audience::One(aud) => aud == client_id && azp_is_ours != Some(false),
        // A list is taken only if it says for whom of it the token is, and holds nobody else.
        Audience::Several(aud) => aud == [client_id] && azp_is_ours == Some(true),
    };
    if !audience_is_ours {
        return Err(IdTokenFault::Audience);
    }
    let now = now.as_secs();
    if exp.saturating_add(MAX_CLOCK_SKEW_SECONDS) <= now {
        return Err(IdTokenFault::Expired);
    }
    if iat > now.saturating_add(MAX_CLOCK_SKEW_SECONDS) || iat.saturating_add(MAX_AGE_SECONDS) < now {
        return Err(IdTokenFault::IssuedAt);
    }
    if nonce.as_deref() != Some(expected.nonce) {
        return Err(IdTokenFault::Nonce);
    }
    let email = email(claims.email);
    Ok(Person {
        subject: sub,
        email_verified: claims.email_verified && email.is_some(),
        email,
        name: name(claims.name),
    })
}

fn header_of(token: &str) -> Option<Header> {
    let (header, _claims_and_signature) = token.split_once('.')?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()
}

/// Whether a key is of the algorithm's kind, and of no other algorithm (RFC 8725 3.1).
fn is_for(key: &Jwk, algorithm: Algorithm) -> bool {
    let of_its_kind = match &key.algorithm {
        AlgorithmParameters::RSA(_) => algorithm == Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(_) => algorithm == Algorithm::ES256,
        AlgorithmParameters::OctetKeyPair(_) => algorithm == Algorithm::EdDSA,
        _ => false,
    };
    of_its_kind && key.common.key_algorithm.is_none_or(|it| it == KeyAlgorithm::from(algorithm))
}

/// jsonwebtoken checks the signature. It would ask the system for the time, so the claims are checked here.
fn signature_alone(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}
