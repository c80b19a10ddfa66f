//! X, as <https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code> and
//! <https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token> describe it.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::Call;
use super::consent;
use super::desk::{Desk, Rules};
use super::grants::Redeemed;
use super::pkce::Pkce;
use super::trouble::{Trouble, at_token};

const LONGEST_STATE: usize = 500;

pub(super) const RULES: Rules = Rules {
    required: &["response_type", "scope", "state", "code_challenge", "code_challenge_method"],
    refuses: |query| {
        let is_too_long = query.get("state").is_some_and(|state| state.chars().count() > LONGEST_STATE);
        is_too_long.then_some("Its state has more than 500 characters.")
    },
    scope_separators: &[' '],
    pkce: Pkce { is_required: true, takes_plain: true },
    code_prefix: "",
    code_lifetime: Duration::from_secs(30),
    issuer: None,
    cancelled: &[("error", "access_denied")],
    fragment: None,
    repeats_scope: false,
};

const TOKEN_LIFETIME: Duration = Duration::from_hours(2);
/// How often one user is read in a window: <https://docs.x.com/x-api/fundamentals/rate-limits>.
const READS: u64 = 75;
const WINDOW: Duration = Duration::from_mins(15);

pub(super) fn answer(desk: &Desk, call: &Call, path: &str) -> Option<Answer> {
    match (call.method.as_str(), path) {
        ("GET" | "POST", "/i/oauth2/authorize") => Some(consent::authorize(desk, call)),
        ("POST", "/2/oauth2/token") => Some(token(desk, call).unwrap_or_else(|refusal| refusal)),
        ("GET", "/2/users/me") => Some(me(desk, call)),
        _ => None,
    }
}

fn token(desk: &Desk, call: &Call) -> Result<Answer, Answer> {
    if !desk.app.is_by_basic(&call.headers) {
        let description = "Missing valid authorization header";
        return Err(refusal(StatusCode::UNAUTHORIZED, "unauthorized_client", description));
    }
    let form = &call.form;
    let invalid = |description: &str| refusal(StatusCode::BAD_REQUEST, "invalid_request", description);
    for name in ["grant_type", "code", "redirect_uri", "code_verifier"] {
        if form.get(name).is_none() {
            return Err(invalid(&format!("Missing required parameter [{name}].")));
        }
    }
    if form.get("grant_type") != Some("authorization_code") {
        return Err(refusal(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "Value passed for the grant type was invalid.",
        ));
    }
    let Redeemed::Grant(grant) = desk.grants.redeem(form.get("code").unwrap_or_default(), desk.now()) else {
        return Err(invalid("Value passed for the authorization code was invalid."));
    };
    if form.get("redirect_uri") != Some(&grant.redirect_uri) {
        return Err(invalid("Value passed for the redirect uri did not match the uri of the authorization code."));
    }
    let verifier = form.get("code_verifier").unwrap_or_default();
    if !grant.challenge.as_ref().is_some_and(|challenge| challenge.is_met_by(verifier)) {
        return Err(invalid("Value passed for the code verifier did not match the code challenge."));
    }
    let access_token = desk.grants.token("", &grant, Some(desk.now().after(TOKEN_LIFETIME)), desk.now())?;
    let body = json!({
        "token_type": "bearer",
        "expires_in": TOKEN_LIFETIME.as_secs(),
        "access_token": access_token,
        "scope": grant.scopes.join(" "),
    });
    Ok(at_token(grant.trouble, Answer::json(StatusCode::OK, &body)))
}

fn refusal(status: StatusCode, error: &'static str, description: &str) -> Answer {
    Answer::json(status, &json!({"error": error, "error_description": description})).because(error)
}

fn me(desk: &Desk, call: &Call) -> Answer {
    let Some(access) = desk.grants.access(call.bearer(), desk.now()) else {
        return problem(StatusCode::UNAUTHORIZED, "Unauthorized", "about:blank", "Unauthorized");
    };
    if !(access.has("users.read") && access.has("tweet.read")) {
        return problem(StatusCode::FORBIDDEN, "Forbidden", "about:blank", "Forbidden");
    }
    if access.trouble == Some(Trouble::NoCredits) {
        let detail = "Your enrolled account does not have any credits to fulfill this request.";
        let kind = "https://api.x.com/2/problems/credits";
        return problem(StatusCode::PAYMENT_REQUIRED, "CreditsDepleted", kind, detail);
    }
    let reads = desk.grants.count_read(access.person.id, WINDOW, desk.now());
    let earlier = if access.trouble == Some(Trouble::TooMany) { READS } else { reads.earlier };
    let answer = if earlier < READS {
        let fields = call.query.get("user.fields").unwrap_or_default();
        let asks_for_email = access.has("users.email") && fields.split(',').any(|field| field == "confirmed_email");
        let email = access.person.verified_email().filter(|_email| asks_for_email);
        let (id, username) = (access.person.id.to_string(), access.person.handle());
        let name = Some(access.person.name.as_deref().unwrap_or_default());
        let members =
            [("id", Some(id.as_str())), ("name", name), ("username", Some(&username)), ("confirmed_email", email)];
        let data: Map<_, _> =
            members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?)))).collect();
        Answer::json(StatusCode::OK, &json!({ "data": data }))
    } else {
        problem(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests", "about:blank", "Too Many Requests")
    };
    [
        ("x-rate-limit-limit", READS),
        ("x-rate-limit-remaining", READS.saturating_sub(earlier + 1)),
        ("x-rate-limit-reset", reads.window_ends.as_secs()),
    ]
    .into_iter()
    .fold(answer, |answer, (name, value)| answer.with_header(HeaderName::from_static(name), HeaderValue::from(value)))
}

/// <https://docs.x.com/x-api/fundamentals/response-codes-and-errors>
fn problem(status: StatusCode, title: &'static str, kind: &str, detail: &str) -> Answer {
    let body: Value = json!({"title": title, "type": kind, "status": status.as_u16(), "detail": detail});
    Answer::json(status, &body).because(title)
}
