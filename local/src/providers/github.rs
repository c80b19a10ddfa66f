//! GitHub's OAuth apps, as <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps> describes
//! them, with the paths of an Enterprise Server: <https://docs.github.com/en/enterprise-server@latest/rest/users/emails>.

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::{ACCEPT, USER_AGENT};
use serde_json::{Value, json};

use super::answer::Answer;
use super::call::Call;
use super::consent;
use super::desk::{Desk, Rules};
use super::grants::{Access, Redeemed};
use super::person::Person;
use super::pkce::Pkce;
use super::trouble::at_token;

pub(super) const RULES: Rules = Rules {
    required: &[],
    refuses: |query| {
        let has_method_alone = query.get("code_challenge_method").is_some() && query.get("code_challenge").is_none();
        has_method_alone.then_some("Its code_challenge_method needs a code_challenge.")
    },
    scope_separators: &[' ', ','],
    pkce: Pkce { is_required: false, takes_plain: false },
    code_prefix: "",
    code_lifetime: Duration::from_mins(10),
    issuer: Some("/login/oauth"),
    cancelled: &[
        ("error", "access_denied"),
        ("error_description", "The user has denied your application access."),
        ("error_uri", "/apps/building-oauth-apps/troubleshooting-authorization-request-errors/#access-denied"),
    ],
    fragment: None,
    repeats_scope: false,
};

const ERRORS: &str = "/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/";

pub(super) fn answer(desk: &Desk, call: &Call, path: &str) -> Option<Answer> {
    match (call.method.as_str(), path) {
        ("GET" | "POST", "/login/oauth/authorize") => Some(consent::authorize(desk, call)),
        ("POST", "/login/oauth/access_token") => Some(token(desk, call).unwrap_or_else(|refusal| refusal)),
        ("GET", "/api/v3/user") => Some(api(desk, call, |access| Some(user(&access.person)))),
        ("GET", "/api/v3/user/emails") => Some(api(desk, call, |access| {
            (access.has("user:email") || access.has("user")).then(|| emails(&access.person))
        })),
        _ => None,
    }
}

fn token(desk: &Desk, call: &Call) -> Result<Answer, Answer> {
    let form = &call.form;
    if !desk.app.is(form.get("client_id"), form.get("client_secret")) {
        let description = "The client_id and/or client_secret passed are incorrect.";
        return Err(refusal(call, "incorrect_client_credentials", description));
    }
    let bad_code = || refusal(call, "bad_verification_code", "The code passed is incorrect or expired.");
    let Redeemed::Grant(grant) = desk.grants.redeem(form.get("code").unwrap_or_default(), desk.now()) else {
        return Err(bad_code());
    };
    // GitHub goes without a redirect URI here, and compares one that comes.
    if form.get("redirect_uri").is_some_and(|uri| uri != grant.redirect_uri) {
        let description = "The redirect_uri MUST match the registered callback URL for this application.";
        return Err(refusal(call, "redirect_uri_mismatch", description));
    }
    let verifier = form.get("code_verifier").unwrap_or_default();
    if grant.challenge.as_ref().is_some_and(|challenge| !challenge.is_met_by(verifier)) {
        return Err(bad_code());
    }
    if grant.person.address.as_ref().is_some_and(|address| !address.is_verified) {
        return Err(refusal(call, "unverified_user_email", "The user must have a verified primary email."));
    }
    let access_token = desk.grants.token("gho_", &grant, None, desk.now())?;
    let scope = grant.scopes.join(",");
    let pairs = [("access_token", access_token.as_str()), ("scope", &scope), ("token_type", "bearer")];
    Ok(at_token(grant.trouble, negotiated(call, &pairs)))
}

/// GitHub answers a request for a token with 200 whatever is wrong with it.
fn refusal(call: &Call, error: &'static str, description: &str) -> Answer {
    let uri = format!("{ERRORS}#{}", error.replace('_', "-"));
    negotiated(call, &[("error", error), ("error_description", description), ("error_uri", &uri)]).because(error)
}

/// A form, unless JSON is asked for.
fn negotiated(call: &Call, pairs: &[(&str, &str)]) -> Answer {
    let accepts = call.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accepts.contains("application/json") {
        return Answer::form(pairs);
    }
    let members: serde_json::Map<_, _> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    Answer::json(StatusCode::OK, &members.into())
}

/// A call to the REST API. `read` gives `None` if the token's scopes do not suffice.
fn api(desk: &Desk, call: &Call, read: impl FnOnce(&Access) -> Option<Value>) -> Answer {
    if !call.headers.contains_key(USER_AGENT) {
        let text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.";
        return Answer::text(StatusCode::FORBIDDEN, text).because("user_agent_required");
    }
    let Some(access) = desk.grants.access(call.bearer(), desk.now()) else {
        return problem(StatusCode::UNAUTHORIZED, "Bad credentials");
    };
    match read(&access) {
        Some(body) => Answer::json(StatusCode::OK, &body),
        None => problem(StatusCode::NOT_FOUND, "Not Found"),
    }
}

fn problem(status: StatusCode, message: &'static str) -> Answer {
    let documents = "https://docs.github.com/rest";
    let body = json!({"message": message, "documentation_url": documents, "status": status.as_str()});
    Answer::json(status, &body).because(message)
}

/// `email` is what somebody shows on their profile, which is nothing by default.
fn user(person: &Person) -> Value {
    json!({
        "login": person.handle(),
        "id": person.id,
        "type": "User",
        "site_admin": false,
        "name": person.name,
        "email": null,
    })
}

/// The primary address does not come first.
fn emails(person: &Person) -> Value {
    let Some(address) = &person.address else { return json!([]) };
    let noreply = format!("{}+{}@users.noreply.github.example", person.id, person.handle());
    json!([
        {"email": noreply, "primary": false, "verified": true, "visibility": null},
        {"email": address.email, "primary": true, "verified": address.is_verified, "visibility": "private"},
        {"email": format!("old.{}", address.email), "primary": false, "verified": false, "visibility": null},
    ])
}
