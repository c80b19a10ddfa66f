//! How a function meets its callers.

use std::time::Duration;

use super::{AllowedOrigins, CookieConfig, SameSite, TrustedProxy};
use crate::environment::{ConfigError, Environment};
use crate::tokens::Issuer;

/// How a function meets its callers.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// The origins whose pages may change something.
    pub allowed_origins: AllowedOrigins,
    /// The cookies that carry tokens.
    pub cookies: CookieConfig,
    /// The issuer if it is configured; otherwise it is the host name in the event.
    pub issuer: Option<Issuer>,
    /// The proxy that every request must come through, if any.
    pub trusted_proxy: Option<TrustedProxy>,
    /// The longest that a request may take: one that is not done by then returns 503. `None` lets each take its time.
    pub deadline: Option<Duration>,
}

impl HttpConfig {
    /// `ALLOWED_ORIGINS`, `COOKIE_SAME_SITE`, `ISSUER`, and what [`TrustedProxy::read`] reads. There is no deadline yet: only
    /// Lambda ends a function.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let allowed_origins = AllowedOrigins::read(environment)?;
        let cookies = CookieConfig::host_only(read_same_site(environment, &allowed_origins)?);
        let (issuer, trusted_proxy) = (Issuer::read(environment)?, TrustedProxy::read(environment)?);
        Ok(Self { allowed_origins, cookies, issuer, trusted_proxy, deadline: None })
    }
}

/// `None` sends the cookie along with requests of every site, so it is accepted only if the sites are known.
fn read_same_site(environment: &Environment, origins: &AllowedOrigins) -> Result<SameSite, ConfigError> {
    const VARIABLE: &str = "COOKIE_SAME_SITE";

    match environment.get(VARIABLE) {
        None | Some("Lax") => Ok(SameSite::Lax),
        Some("Strict") => Ok(SameSite::Strict),
        Some("None") if matches!(origins, AllowedOrigins::Listed(_)) => Ok(SameSite::None),
        Some(value) => {
            let expected = "Lax, Strict, or, where ALLOWED_ORIGINS lists its origins one by one, None";
            Err(ConfigError::invalid(VARIABLE, value, expected, "Lax"))
        }
    }
}
