//! The cookie that carries a token.

use cookie::Cookie;
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

/// The cookie's name and attributes.
#[derive(Clone, Debug)]
pub struct CookieConfig {
    name: &'static str,
    secure: bool,
    same_site: SameSite,
}

impl CookieConfig {
    /// The cookie of a deployment. By its `__Host-` prefix a browser holds it to this very host and to HTTPS
    /// (RFC 6265bis 4.1.3.2).
    #[must_use]
    pub const fn host_only(same_site: SameSite) -> Self {
        Self { name: "__Host-authToken", secure: true, same_site }
    }

    /// The cookie for the one browser that drops secure cookies on `http://localhost`. No environment variable
    /// reaches this.
    #[must_use]
    pub const fn plain() -> Self {
        Self { name: "authToken", secure: false, same_site: SameSite::Lax }
    }

    /// The cookie's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The value of a `Set-Cookie` header that keeps `token` for `max_age_seconds`.
    pub(super) fn set(&self, token: &SecretString, max_age_seconds: u64) -> String {
        self.with(token.expose_secret(), i64::try_from(max_age_seconds).unwrap_or(i64::MAX))
    }

    /// The value of a `Set-Cookie` header that drops the cookie.
    pub(super) fn clear(&self) -> String {
        self.with("", 0)
    }

    fn with(&self, value: &str, max_age_seconds: i64) -> String {
        Cookie::build((self.name, value))
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(match self.same_site {
                SameSite::Lax => cookie::SameSite::Lax,
                SameSite::Strict => cookie::SameSite::Strict,
                SameSite::None => cookie::SameSite::None,
            })
            .max_age(Duration::seconds(max_age_seconds))
            .to_string()
    }
}
