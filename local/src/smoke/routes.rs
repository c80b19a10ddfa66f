//! Requests that must be refused.

use reqwest::Method;
use reqwest::header::WWW_AUTHENTICATE;

use super::site::{Site, Wrong, send};

/// 401, with the challenge that HTTP demands (RFC 9110 11.6.1).
pub(super) async fn without_token(site: &Site) -> Result<(), Wrong> {
    let answer = send(site.get("/auth/me")).await?.expect(401)?;
    if answer.code() != Some("missing_token") {
        return Err(answer.unexpected());
    }
    if answer.headers.contains_key(WWW_AUTHENTICATE) {
        return Ok(());
    }
    let advice = "Clients look at it: what stands in front must pass all headers on.";
    Err(Wrong::new("the 401 has no header WWW-Authenticate", advice))
}

/// 404.
pub(super) async fn unknown_path(site: &Site) -> Result<(), Wrong> {
    send(site.get("/auth/smoke-test-of-an-unknown-path")).await?.expect(404).map(drop)
}

/// 404 by API Gateway, which has no such route, or 405 by the function.
pub(super) async fn wrong_method(site: &Site) -> Result<(), Wrong> {
    let answer = send(site.request(Method::DELETE, "/auth/login")).await?;
    if answer.status == 405 { Ok(()) } else { answer.expect(404).map(drop) }
}
