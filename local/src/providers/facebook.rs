//! Facebook, as <https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow> and
//! <https://developers.facebook.com/docs/graph-api/guides/secure-requests> describe it.

use std::fmt::Write as _;
use std::time::Duration;

use aws_lc_rs::hmac;
use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::Call;
use super::consent;
use super::desk::{Desk, Rules};
use super::grants::Redeemed;
use super::pkce::Pkce;
use super::trouble::at_token;

/// Facebook's documents do not say how long a code lives. PKCE: <https://developers.facebook.com/docs/facebook-login/guides/advanced/oidc-token>.
pub(super) const RULES: Rules = Rules {
    required: &["state"],
    refuses: |_query| None,
    scope_separators: &[',', ' '],
    pkce: Pkce { is_required: false, takes_plain: true },
    code_prefix: "AQ",
    code_lifetime: Duration::from_mins(10),
    issuer: None,
    cancelled: &[
        ("error_reason", "user_denied"),
        ("error", "access_denied"),
        ("error_description", "Permissions error."),
    ],
    fragment: Some("_=_"),
    repeats_scope: false,
};

/// About 60 days.
const TOKEN_LIFETIME: Duration = Duration::from_hours(60 * 24);

pub(super) fn answer(desk: &Desk, call: &Call, path: &str) -> Option<Answer> {
    match (call.method.as_str(), path) {
        ("GET" | "POST", "/v25.0/dialog/oauth") => Some(consent::authorize(desk, call)),
        ("GET" | "POST", "/v25.0/oauth/access_token") => Some(token(desk, call).unwrap_or_else(|refusal| refusal)),
        ("GET", "/v25.0/me") => Some(me(desk, call).unwrap_or_else(|refusal| refusal)),
        _ => None,
    }
}

/// The documents show GET with a query. Clients also POST a form.
fn token(desk: &Desk, call: &Call) -> Result<Answer, Answer> {
    let sent = if call.method == Method::POST { &call.form } else { &call.query };
    if !desk.app.is(sent.get("client_id"), sent.get("client_secret")) {
        return Err(oauth_error(1, None, "Error validating client secret."));
    }
    let grant = match desk.grants.redeem(sent.get("code").unwrap_or_default(), desk.now()) {
        Redeemed::Grant(grant) => grant,
        Redeemed::Unknown => return Err(oauth_error(100, None, "Invalid verification code format.")),
        Redeemed::Used => return Err(oauth_error(100, Some(36009), "This authorization code has been used.")),
        Redeemed::Expired => return Err(oauth_error(100, Some(36007), "This authorization code has expired.")),
    };
    if sent.get("redirect_uri") != Some(&grant.redirect_uri) {
        let message = "Error validating verification code. Please make sure your redirect_uri is identical to the one you \
                       used in the OAuth dialog request";
        return Err(oauth_error(100, Some(36008), message));
    }
    let verifier = sent.get("code_verifier").unwrap_or_default();
    if grant.challenge.as_ref().is_some_and(|challenge| !challenge.is_met_by(verifier)) {
        return Err(oauth_error(100, None, "Invalid code_verifier."));
    }
    let access_token = desk.grants.token("EAA", &grant, Some(desk.now().after(TOKEN_LIFETIME)), desk.now())?;
    let body = json!({
        "access_token": access_token,
        "token_type": "bearer",
        "expires_in": TOKEN_LIFETIME.as_secs(),
    });
    Ok(at_token(grant.trouble, Answer::json(StatusCode::OK, &body)))
}

/// The app asks for `appsecret_proof` in its settings ("Require App Secret").
fn me(desk: &Desk, call: &Call) -> Result<Answer, Answer> {
    let Some(access_token) = call.query.get("access_token").or_else(|| call.bearer()) else {
        let message = "An active access token must be used to query information about the current user.";
        return Err(oauth_error(2500, None, message));
    };
    let Some(access) = desk.grants.access(Some(access_token), desk.now()) else {
        return Err(oauth_error(190, None, "Invalid OAuth access token."));
    };
    match call.query.get("appsecret_proof") {
        None => {
            let message = "API calls from the server require an appsecret_proof argument";
            return Err(error("GraphMethodException", 100, None, message));
        }
        Some(proof) if proof != proof_of(desk.app.secret, access_token) => {
            let message = "Invalid appsecret_proof provided in the API argument";
            return Err(error("GraphMethodException", 100, None, message));
        }
        Some(_good) => {}
    }
    let person = &access.person;
    let email = person.address.as_ref().filter(|_address| access.has("email")).map(|address| &address.email);
    let id = person.id.to_string();
    let mut body = Map::new();
    for field in call.query.get("fields").unwrap_or("id,name").split(',') {
        let value = match field {
            "name" => person.name.as_ref(),
            // Nothing says whether it is verified, and without one the member is not there.
            "email" => email,
            _ => None,
        };
        body.extend(value.map(|value| (field.to_owned(), Value::from(value.as_str()))));
    }
    body.insert("id".to_owned(), id.into());
    Ok(Answer::json(StatusCode::OK, &body.into()))
}

/// HMAC-SHA256 of the token under the app's secret, in hexadecimal.
fn proof_of(secret: &str, access_token: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, access_token.as_bytes()).as_ref().iter().fold(String::new(), |mut proof, byte| {
        let _ = write!(proof, "{byte:02x}");
        proof
    })
}

fn oauth_error(code: u32, subcode: Option<u32>, message: &str) -> Answer {
    error("OAuthException", code, subcode, message)
}

/// <https://developers.facebook.com/docs/graph-api/guides/error-handling>
fn error(kind: &'static str, code: u32, subcode: Option<u32>, message: &str) -> Answer {
    let mut error = Map::new();
    error.insert("message".to_owned(), message.into());
    error.insert("type".to_owned(), kind.into());
    error.insert("code".to_owned(), code.into());
    error.extend(subcode.map(|subcode| ("error_subcode".to_owned(), subcode.into())));
    error.insert("fbtrace_id".to_owned(), "APretendTraceId00000000".into());
    Answer::json(StatusCode::BAD_REQUEST, &json!({ "error": error })).because(kind)
}
