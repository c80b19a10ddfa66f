//! Which pages may call, as a browser finds out.

use reqwest::Method;
use reqwest::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};

use super::advice::list_origin;
use super::site::{Answer, Site, Wrong, send};

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const PREFLIGHTS: &str = "Deploy the template as it is: by its CorsConfiguration, API Gateway answers preflights for every \
                          header and method that clients send. What stands in front must pass OPTIONS on.";
/// An origin that nobody lists: `.invalid` never exists (RFC 6761 6.4).
const FOREIGN: &str = "https://smoke-test.invalid";

/// Whether pages of an origin that is not listed may call.
#[derive(Debug)]
pub(super) enum Foreign {
    /// No.
    Refused,
    /// Yes, like those of every origin, and without cookies.
    Allowed,
}

/// What a client in a browser sends: a log-in by cookie, and `/auth/me` by header, for reading and for changing.
const CALLS: [(&str, &str, &[&str]); 3] = [
    ("POST", "/auth/login", &["content-type", "x-token-transport"]),
    ("GET", "/auth/me", &["authorization"]),
    ("PATCH", "/auth/me", &["authorization", "content-type"]),
];

/// Sends the preflights of a page of `origin`, and a request. All must be allowed, with cookies.
pub(super) async fn listed(site: &Site, origin: &str) -> Result<(), Wrong> {
    for (method, path, headers) in CALLS {
        let answer = preflight(site, origin, method, path, headers).await?;
        allows(&answer, origin)?;
        let lists = |header: &str, wanted: &str| {
            let listed = answer.header(header).unwrap_or_default();
            listed.split(',').any(|entry| entry.trim().eq_ignore_ascii_case(wanted))
        };
        let missing = headers.iter().find(|wanted| !lists("access-control-allow-headers", wanted));
        let missing = missing.or((!lists("access-control-allow-methods", method)).then_some(&method));
        if let Some(missing) = missing {
            return Err(Wrong::new(format!("the preflight of {method} {path} does not allow {missing}"), PREFLIGHTS));
        }
    }
    allows(&send(site.get("/auth/me").header(ORIGIN, origin)).await?, origin)
}

/// Sends a preflight and a request of a page whose origin is not listed.
pub(super) async fn foreign(site: &Site) -> Result<Foreign, Wrong> {
    let answer = preflight(site, FOREIGN, "POST", "/auth/login", &["content-type"]).await?;
    match answer.header(ALLOW_ORIGIN) {
        Some("*") => Ok(Foreign::Allowed),
        None => {
            let answer = send(site.post("/auth/logout").header(ORIGIN, FOREIGN)).await?.expect(403)?;
            if answer.code() == Some("origin_not_allowed") { Ok(Foreign::Refused) } else { Err(answer.unexpected()) }
        }
        Some(other) => {
            let advice = "Something in front adds CORS headers of its own, for pages that you have not listed: let it pass \
                          API Gateway's on as they are.";
            Err(Wrong::new(format!("a page of {FOREIGN} gets {ALLOW_ORIGIN}: {other}"), advice))
        }
    }
}

async fn preflight(site: &Site, origin: &str, method: &str, path: &str, headers: &[&str]) -> Result<Answer, Wrong> {
    let request = site
        .request(Method::OPTIONS, path)
        .header(ORIGIN, origin)
        .header(ACCESS_CONTROL_REQUEST_METHOD, method)
        .header(ACCESS_CONTROL_REQUEST_HEADERS, headers.join(","));
    let answer = send(request).await?;
    if matches!(answer.status, 200 | 204) {
        return Ok(answer);
    }
    Err(Wrong::new(format!("the preflight of {method} {path} gets {}", answer.status), PREFLIGHTS))
}

fn allows(answer: &Answer, origin: &str) -> Result<(), Wrong> {
    let allowed = answer.header(ALLOW_ORIGIN);
    if allowed == Some(origin) && answer.header("access-control-allow-credentials") == Some("true") {
        return Ok(());
    }
    let seen = match allowed {
        Some("*") => "every page may call, and none with cookies: AllowedOrigins is *".to_owned(),
        Some(other) => format!("only {other} is allowed"),
        None => "it is not on the list".to_owned(),
    };
    Err(Wrong::new(seen, list_origin(origin)))
}
