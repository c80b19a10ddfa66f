//! The token of a request, and whose it is.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation, decode};
use lambda_http::Error;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::{AUTHORIZATION, COOKIE};
use serde::Deserialize;

use crate::keys::Keys;

/// How far a token may claim to come from the future, for clocks that differ.
const MAX_CLOCK_SKEW: Duration = Duration::from_mins(1);

/// Why a request has no user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// It carries no token.
    Missing,
    /// Its token is not good; in what way is nobody's business.
    Invalid,
    /// No token can be checked for now.
    NoKeys,
}

/// A header of Latchkey's. Whatever else stands in one, if only by name, makes it another's, so that no `jku`, `jwk` or
/// `crit` has to be understood (RFC 8725 3.10, RFC 7515 4.1.11).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// The claims that are read. What is not an `Option` has to be there.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    iat: u64,
    exp: u64,
    token_use: String,
}

/// Accepts the access tokens of one issuer for one audience.
pub(crate) struct Verifier {
    keys: Keys,
    validation: Validation,
    cookie: Option<String>,
}

impl Verifier {
    /// Where `cookie` is given, the token may also come in the cookie of this name.
    pub(crate) fn new(issuer: String, audience: String, cookie: Option<String>) -> Result<Self, Error> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[audience]);
        // Times are checked below, by the same clock as the age of the keys.
        validation.validate_exp = false;
        Ok(Self { keys: Keys::of(&issuer)?, validation, cookie })
    }

    /// The id of the user whose token the request carries.
    pub(crate) async fn user_of(&self, headers: &HeaderMap, now: SystemTime) -> Result<String, TokenError> {
        let token = self.token_in(headers).ok_or(TokenError::Missing)?;
        let kid = kid_of_latchkeys_header(token).ok_or(TokenError::Invalid)?;
        let key = self.keys.key(&kid, now).await.map_err(|_logged| TokenError::NoKeys)?.ok_or(TokenError::Invalid)?;
        let claims = decode::<Claims>(token, &key, &self.validation).map_err(|_any| TokenError::Invalid)?.claims;
        let now = now.duration_since(UNIX_EPOCH).map_err(|_before_1970| TokenError::Invalid)?;
        let in_its_time = now.as_secs() < claims.exp && claims.iat <= (now + MAX_CLOCK_SKEW).as_secs();
        let of_its_kind = claims.token_use == "access" && !claims.sub.is_empty();
        (in_its_time && of_its_kind).then_some(claims.sub).ok_or(TokenError::Invalid)
    }

    /// A bearer header wins over the cookie also when it is bad, as at Latchkey itself.
    fn token_in<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let header = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
        let bearer = header.and_then(|value| {
            let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim_start_matches(' '))
        });
        bearer.or_else(|| {
            let name = self.cookie.as_deref()?;
            let headers = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
            let mut cookies = headers.flat_map(|value| value.split(';')).filter_map(|cookie| cookie.split_once('='));
            cookies.find_map(|(cookie, token)| (cookie.trim() == name).then_some(token.trim()))
        })
    }
}

/// The `kid` in the header of a token, where that says what Latchkey's say.
fn kid_of_latchkeys_header(token: &str) -> Option<String> {
    let (header, _claims_and_signature) = token.split_once('.')?;
    let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    (header.alg == "RS256" && header.typ == "JWT").then_some(header.kid)
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "Send a token of Latchkey's as Authorization: Bearer.",
            Self::Invalid => "The token is not valid or not any more: log in again.",
            Self::NoKeys => "Tokens cannot be checked for now: try again.",
        })
    }
}
