//! Verifying tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation, decode};
use serde::Deserialize;
use thiserror::Error;

use super::claims::{Claims, TOKEN_USE};
use super::{Issuer, read_audience};
use crate::clock::Timestamp;
use crate::domain::{AuthenticationMethods, SessionId, UserId};
use crate::environment::Environment;
use crate::keys::PublicKeySet;
use crate::uuid_v7;

/// How far a token may claim to come from the future, for clocks that differ, in seconds.
const MAX_CLOCK_SKEW_SECONDS: u64 = 60;

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TokenFault {
    /// There is none.
    #[error("no token")]
    Missing,
    /// It was good and its time is over.
    #[error("the token has expired")]
    Expired,
    /// It names a key that the set does not hold.
    #[error("the token names a key that is not known")]
    UnknownKey,
    /// Anything else: what exactly is nobody's business.
    #[error("the token is not valid")]
    Invalid,
}

/// What a good token says.
#[derive(Debug)]
pub struct VerifiedToken {
    /// Whose it is.
    pub user_id: UserId,
    /// Its own id.
    pub id: String,
    /// When it was issued, to the millisecond.
    pub issued_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// The session that it belongs to, if it belongs to one.
    pub session: Option<SessionId>,
    /// The user's generation when it was issued. Tokens of earlier versions are of the first.
    pub generation: u64,
    /// When the user last proved who they are. Tokens of earlier versions do not say.
    pub authenticated_at: Option<Timestamp>,
    /// How they did.
    pub methods: Option<AuthenticationMethods>,
}

/// Accepts tokens for one audience.
#[derive(Clone, Debug)]
pub struct TokenVerifier {
    audience: String,
}

impl TokenVerifier {
    /// Accepts tokens for `AUDIENCE`.
    #[must_use]
    pub fn read(environment: &Environment) -> Self {
        Self::new(read_audience(environment).to_owned())
    }

    /// Accepts tokens for `audience`.
    #[must_use]
    pub fn new(audience: String) -> Self {
        Self { audience }
    }

    /// Verifies a token's signature and claims. The algorithm is pinned to RS256, and a header that says anything
    /// but what ours say is refused, so that no `jku`, `jwk`, `x5u` or `crit` is ever followed (RFC 8725 3.1, 3.10).
    pub fn verify(
        &self,
        keys: &PublicKeySet,
        issuer: &Issuer,
        token: &str,
        now: Timestamp,
    ) -> Result<VerifiedToken, TokenFault> {
        let token = self.verify_also_expired(keys, issuer, token, now)?;
        if token.expires_at <= now { Err(TokenFault::Expired) } else { Ok(token) }
    }

    /// Verifies a token like [`verify`](Self::verify), and accepts it also after it has expired: whoever logs out need not
    /// get a new one first.
    pub fn verify_also_expired(
        &self,
        keys: &PublicKeySet,
        issuer: &Issuer,
        token: &str,
        now: Timestamp,
    ) -> Result<VerifiedToken, TokenFault> {
        let kid = kid_of_our_header(token).ok_or(TokenFault::Invalid)?;
        let key = keys.key(&kid).ok_or(TokenFault::UnknownKey)?;
        let token = decode::<Claims>(token, key, &self.validation(issuer)).map_err(|_any| TokenFault::Invalid)?;
        self.check(token.claims, now)
    }

    /// The signature, the issuer and the audience are jsonwebtoken's to check. It would ask the system for the time,
    /// so times are checked here.
    fn validation(&self, issuer: &Issuer) -> Validation {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[issuer.as_str()]);
        validation.set_audience(&[&self.audience]);
        validation.validate_exp = false;
        validation
    }

    fn check(&self, claims: Claims, now: Timestamp) -> Result<VerifiedToken, TokenFault> {
        let issued_at = uuid_v7::made_at(&claims.jti).ok_or(TokenFault::Invalid)?;
        let from_the_future = claims.iat > now.as_secs().saturating_add(MAX_CLOCK_SKEW_SECONDS);
        let of_our_kind = claims.token_use == TOKEN_USE && claims.client_id == self.audience;
        if from_the_future || !of_our_kind || issued_at.as_secs() != claims.iat || claims.sub.is_empty() {
            return Err(TokenFault::Invalid);
        }
        let at_second = |seconds: u64| Timestamp::from_millis(seconds.saturating_mul(1000));
        Ok(VerifiedToken {
            user_id: UserId::from_trusted(claims.sub),
            id: claims.jti,
            issued_at,
            expires_at: at_second(claims.exp),
            session: claims.sid.map(SessionId::from_trusted),
            generation: claims.generation.unwrap_or_default(),
            authenticated_at: claims.auth_time.map(at_second),
            methods: claims.amr.map(AuthenticationMethods::from_trusted),
        })
    }
}

/// A header of ours. Whatever else stands in one, if only by name, makes it another's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OurHeader {
    alg: String,
    typ: String,
    kid: String,
}

/// The `kid` in the header of a token, where it holds `alg`, `typ` and `kid` as ours do, and nothing else.
fn kid_of_our_header(token: &str) -> Option<String> {
    let (header, _claims_and_signature) = token.split_once('.')?;
    let json = URL_SAFE_NO_PAD.decode(header).ok()?;
    let header: OurHeader = serde_json::from_slice(&json).ok()?;
    (header.alg == "RS256" && header.typ == "JWT").then_some(header.kid)
}
