//! Sign-in with other accounts, as far as the providers.

use cookie::{Cookie, SameSite};
use reqwest::header::LOCATION;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::site::{Answer, Site, Wrong, expect_code, send};

/// The challenge of a verifier that is public (RFC 7636, appendix B): nobody redeems what comes of it.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The providers that people can sign in with. `None` if the deployment has no such sign-in.
pub(super) async fn list(site: &Site) -> Result<Option<Vec<String>>, Wrong> {
    let answer = send(site.get("/auth/oauth")).await?;
    // API Gateway has the route only if there is a provider.
    if answer.status == 404 && answer.code().is_none() && answer.text("message").is_some() {
        return Ok(None);
    }
    let answer = answer.expect(200)?;
    let providers = answer.body.get("providers").and_then(Value::as_array);
    let names = providers.map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    names.map(Some).ok_or_else(|| answer.unexpected())
}

/// 404, wherever one wants to return to.
pub(super) async fn unknown(site: &Site) -> Result<(), Wrong> {
    expect_code(send(start(site, "smoke-test", "https://latchkey.invalid/")).await?, 404, "unknown_provider")
}

/// 401, like a code that is too old.
pub(super) async fn forged_code(site: &Site) -> Result<(), Wrong> {
    let body = json!({"code": "c21va2UtdGVzdA", "code_verifier": VERIFIER});
    expect_code(send(site.post("/auth/oauth/login").json(&body)).await?, 401, "invalid_code")
}

/// What the provider must know: where it sends browsers back to.
pub(super) fn redirect_uri(site: &Site, provider: &str) -> String {
    format!("{}/auth/oauth/{provider}/callback", site.url())
}

/// Starts a sign-in that returns to `page`. Looks at where the browser would go, and does not go there.
pub(super) async fn leads_there(site: &Site, provider: &str, page: &str) -> Result<(), Wrong> {
    let answer = send(start(site, provider, page)).await?.expect(302)?;
    let location = answer.header(LOCATION.as_str()).and_then(|location| Url::parse(location).ok());
    let location = location.ok_or_else(|| {
        Wrong::new("the response does not say where to go", "What stands in front must pass the header Location on.")
    })?;
    if location.as_str().starts_with(page) {
        return Err(came_back(&location));
    }
    let parameter = |name: &str| {
        let mut found = location.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        found.next().filter(|value| !value.is_empty()).unwrap_or_default()
    };
    let expected = redirect_uri(site, provider);
    let sent = parameter("redirect_uri");
    if sent != expected {
        let advice = format!(
            "Providers send browsers to what is registered, and Latchkey names its own URL there. Register {sent}; or call \
             the API, and set Issuer or DomainName, so that both are the same."
        );
        return Err(Wrong::new(format!("the redirect URI is {sent}, not {expected}"), advice));
    }
    let lacks = ["client_id", "state", "code_challenge"].into_iter().find(|name| parameter(name).is_empty());
    if let Some(name) = lacks.or_else(|| (parameter("code_challenge_method") != "S256").then_some("S256")) {
        let advice = "What stands in front must pass the header Location on as it is.";
        return Err(Wrong::new(format!("the URL of the provider lacks {name}"), advice));
    }
    has_cookie(&answer, provider)
}

/// The cookie by which the same browser is known when it comes back.
fn has_cookie(answer: &Answer, provider: &str) -> Result<(), Wrong> {
    const ADVICE: &str = "What stands in front must pass the header Set-Cookie on and not change it. (cargo dev \
                          --plain-cookie changes it on purpose.)";

    let cookie = answer.header("set-cookie").and_then(|header| Cookie::parse(header).ok());
    let cookie = cookie.ok_or_else(|| Wrong::new("there is no cookie in the response", ADVICE))?;
    let is_held_to_this_host =
        cookie.name() == format!("__Host-oauth-{provider}") && cookie.path() == Some("/") && cookie.domain().is_none();
    let is_out_of_reach = cookie.secure() == Some(true) && cookie.http_only() == Some(true);
    // A Strict one is not sent when a provider comes back by a script.
    if is_held_to_this_host && is_out_of_reach && cookie.same_site() == Some(SameSite::Lax) {
        return Ok(());
    }
    Err(Wrong::new(format!("the cookie is {}, with other attributes or name", cookie.name()), ADVICE))
}

/// The sign-in ended before it reached the provider.
fn came_back(location: &Url) -> Wrong {
    let error = location.query_pairs().find(|(name, _)| name == "error").map(|(_, error)| error.into_owned());
    let error = error.unwrap_or_default();
    let advice = "The function did not get as far as the provider. Its line in the log group /aws/lambda/STACK-oauth says \
                  why: for an issuer of OpenID Connect, check OidcIssuer.";
    Wrong::new(format!("the browser is sent back with {error:?}"), advice)
}

fn start(site: &Site, provider: &str, page: &str) -> reqwest::RequestBuilder {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("return_to", page).append_pair("code_challenge", CHALLENGE);
    site.get(&format!("/auth/oauth/{provider}?{}", query.finish()))
}
