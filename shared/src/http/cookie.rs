//! Cookies that carry tokens, and what else a browser keeps for this service.

use cookie::time::Duration;
use secrecy::{ExposeSecret as _, SecretString};

/// Whether other sites' requests carry the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Only when the user follows a link.
    Lax,
    /// Never.
    Strict,
    /// Always.
    None,
}

/// What a deployment's cookies have in common.
#[derive(Clone, Debug)]
pub struct CookieConfig {
    prefix: &'static str,
    secure: bool,
    same_site: SameSite,
}

impl CookieConfig {
    /// The cookies of a deployment. By the prefix `__Host-` a browser holds them to this very host and to HTTPS
    /// (RFC 6265bis 4.1.3.2).
    #[must_use]
    pub const fn host_only(same_site: SameSite) -> Self {
        Self { prefix: "__Host-", secure: true, same_site }
    }

    /// Cookies for the one browser that drops secure ones on `http://localhost`. No environment variable leads here.
    #[must_use]
    pub const fn plain() -> Self {
        Self { prefix: "", secure: false, same_site: SameSite::Lax }
    }

    /// The name of the cookie that carries an access token.
    #[must_use]
    pub fn token_cookie_name(&self) -> String {
        format!("{}{}", self.prefix, Cookie::TOKEN)
    }

    /// The name of the cookie that carries a refresh token.
    #[must_use]
    pub fn refresh_cookie_name(&self) -> String {
        format!("{}{}", self.prefix, Cookie::REFRESH)
    }

    /// What the name of every cookie begins with.
    pub(super) const fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// The value of a `Set-Cookie` header.
    pub(super) fn header(&self, cookie: &Cookie) -> String {
        let name = format!("{}{}", self.prefix, cookie.name);
        cookie::Cookie::build((name, cookie.value.expose_secret()))
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(match self.same_site {
                _ if cookie.always_lax => cookie::SameSite::Lax,
                SameSite::None => cookie::SameSite::None,
                SameSite::Lax if cookie.name != Cookie::REFRESH => cookie::SameSite::Lax,
                SameSite::Lax | SameSite::Strict => cookie::SameSite::Strict,
            })
            .max_age(Duration::seconds(i64::try_from(cookie.max_age_seconds).unwrap_or(i64::MAX)))
            .to_string()
    }
}

/// A cookie that a response sets or drops.
#[derive(Debug)]
pub struct Cookie {
    name: &'static str,
    value: SecretString,
    max_age_seconds: u64,
    always_lax: bool,
}

impl Cookie {
    /// The name, without the prefix, of the cookie that carries an access token.
    pub const TOKEN: &'static str = "authToken";
    /// The name, without the prefix, of the cookie that carries a refresh token. No link needs to carry it, so it is
    /// `SameSite=Strict` wherever the other is `Lax`.
    pub const REFRESH: &'static str = "refreshToken";

    /// Lets the browser keep a value for this long.
    #[must_use]
    pub fn set(name: &'static str, value: SecretString, max_age_seconds: u64) -> Self {
        Self { name, value, max_age_seconds, always_lax: false }
    }

    /// Lets the browser drop the cookie.
    #[must_use]
    pub fn dropped(name: &'static str) -> Self {
        Self { name, value: SecretString::from(""), max_age_seconds: 0, always_lax: false }
    }

    /// The same cookie, which goes along when another site sends the browser here by a link, a redirect or a script,
    /// whatever the deployment's other cookies do.
    #[must_use]
    pub fn always_lax(self) -> Self {
        Self { always_lax: true, ..self }
    }
}
