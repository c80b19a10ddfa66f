//! Google, as <https://developers.google.com/identity/openid-connect/openid-connect> and
//! <https://developers.google.com/identity/openid-connect/reference> describe it.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header};
use serde_json::{Map, Value, json};
use shared::keys::SigningKey;

use super::answer::Answer;
use super::call::Call;
use super::consent;
use super::desk::{Desk, Rules};
use super::grants::{Grant, Redeemed};
use super::pkce::Pkce;
use super::trouble::at_token;

/// Google's documents do not say how long a code lives.
pub(super) const RULES: Rules = Rules {
    required: &["response_type", "scope"],
    refuses: |_query| None,
    scope_separators: &[' '],
    pkce: Pkce { is_required: false, takes_plain: true },
    // The slash must be encoded in a form.
    code_prefix: "4/0",
    code_lifetime: Duration::from_mins(10),
    issuer: Some(""),
    cancelled: &[("error", "access_denied")],
    fragment: None,
    repeats_scope: true,
};

const TOKEN_LIFETIME: Duration = Duration::from_hours(1);

pub(super) fn answer(desk: &Desk, key: &SigningKey, call: &Call, path: &str) -> Option<Answer> {
    match (call.method.as_str(), path) {
        ("GET" | "POST", "/o/oauth2/v2/auth") => Some(consent::authorize(desk, call)),
        ("POST", "/token") => Some(token(desk, key, call).unwrap_or_else(|refusal| refusal)),
        ("GET", "/oauth2/v3/certs") => Some(cacheable(&json!({"keys": [key.jwk()]}))),
        ("GET", "/.well-known/openid-configuration") => Some(cacheable(&document(&desk.base))),
        _ => None,
    }
}

fn cacheable(document: &Value) -> Answer {
    Answer::json(StatusCode::OK, document).with_header(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"))
}

/// Google's has a `UserInfo` and a revocation endpoint too. The stand-in has neither.
fn document(base: &str) -> Value {
    json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/o/oauth2/v2/auth"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/oauth2/v3/certs"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["aud", "email", "email_verified", "exp", "iat", "iss", "name", "sub"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

fn token(desk: &Desk, key: &SigningKey, call: &Call) -> Result<Answer, Answer> {
    let form = &call.form;
    let is_app = desk.app.is(form.get("client_id"), form.get("client_secret")) || desk.app.is_by_basic(&call.headers);
    if !is_app {
        return Err(refusal(StatusCode::UNAUTHORIZED, "invalid_client", "The OAuth client was not found."));
    }
    if form.get("grant_type") != Some("authorization_code") {
        return Err(refusal(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Invalid grant_type."));
    }
    let Redeemed::Grant(grant) = desk.grants.redeem(form.get("code").unwrap_or_default(), desk.now()) else {
        return Err(refusal(StatusCode::BAD_REQUEST, "invalid_grant", "Bad Request"));
    };
    if form.get("redirect_uri") != Some(&grant.redirect_uri) {
        return Err(refusal(StatusCode::BAD_REQUEST, "redirect_uri_mismatch", "Bad Request"));
    }
    let verifier = form.get("code_verifier").unwrap_or_default();
    if grant.challenge.as_ref().is_some_and(|challenge| !challenge.is_met_by(verifier)) {
        return Err(refusal(StatusCode::BAD_REQUEST, "invalid_grant", "Invalid code verifier."));
    }
    let access_token = desk.grants.token("ya29.", &grant, Some(desk.now().after(TOKEN_LIFETIME)), desk.now())?;
    let mut body = Map::new();
    body.insert("expires_in".to_owned(), (TOKEN_LIFETIME.as_secs() - 1).into());
    body.insert("scope".to_owned(), granted(&grant.scopes).into());
    body.insert("token_type".to_owned(), "Bearer".into());
    if grant.scopes.iter().any(|scope| scope == "openid") {
        body.insert("id_token".to_owned(), id_token(desk, key, &grant, &access_token)?.into());
    }
    body.insert("access_token".to_owned(), access_token.into());
    Ok(at_token(grant.trouble, Answer::json(StatusCode::OK, &body.into())))
}

fn refusal(status: StatusCode, error: &'static str, description: &str) -> Answer {
    Answer::json(status, &json!({"error": error, "error_description": description})).because(error)
}

/// Google names two of the scopes by its own URLs.
fn granted(scopes: &[String]) -> String {
    let names = scopes.iter().map(|scope| match scope.as_str() {
        "email" => "https://www.googleapis.com/auth/userinfo.email",
        "profile" => "https://www.googleapis.com/auth/userinfo.profile",
        other => other,
    });
    names.collect::<Vec<_>>().join(" ")
}

fn id_token(desk: &Desk, key: &SigningKey, grant: &Grant, access_token: &str) -> Result<String, Answer> {
    let person = &grant.person;
    let issuer = match desk.base.split_once("://") {
        Some((_scheme, bare)) if person.has_bare_issuer => bare,
        _ => &desk.base,
    };
    let half_of_hash = digest(&SHA256, access_token.as_bytes()).as_ref().iter().take(16).copied().collect::<Vec<_>>();
    let issued_at = desk.now().as_secs();
    let claims = json!({
        "iss": issuer,
        "azp": desk.app.id,
        "aud": desk.app.id,
        "sub": person.id.to_string(),
        "at_hash": URL_SAFE_NO_PAD.encode(half_of_hash),
        "iat": issued_at,
        "exp": issued_at + TOKEN_LIFETIME.as_secs(),
    });
    let mut optional = Map::new();
    let has = |scope: &str| grant.scopes.iter().any(|granted| granted == scope);
    if let Some(address) = person.address.as_ref().filter(|_address| has("email")) {
        optional.insert("email".to_owned(), address.email.as_str().into());
        optional.insert("email_verified".to_owned(), address.is_verified.into());
    }
    let texts = [
        ("name", person.name.as_deref().filter(|_name| has("profile"))),
        ("hd", person.hosted_domain),
        ("nonce", grant.nonce.as_deref()),
    ];
    optional.extend(texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
    sign(key, claims, optional)
}

fn sign(key: &SigningKey, claims: Value, optional: Map<String, Value>) -> Result<String, Answer> {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(key.kid().to_owned());
    let mut claims = claims;
    if let Some(members) = claims.as_object_mut() {
        members.extend(optional);
    }
    let message =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(json!(header).to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes())?);
    Ok(format!("{message}.{signature}"))
}
