//! How the functions meet their callers.

use super::{ConfigError, Environment};
use crate::http::{AllowedOrigins, CookieConfig, HttpConfig, SameSite};
use crate::tokens::Issuer;

/// `ALLOWED_ORIGINS`, `COOKIE_SAME_SITE` and `ISSUER`.
pub fn read_http(environment: &Environment) -> Result<HttpConfig, ConfigError> {
    let allowed_origins = read_allowed_origins(environment)?;
    let cookie = CookieConfig::host_only(read_same_site(environment, &allowed_origins)?);
    Ok(HttpConfig { allowed_origins, cookie, issuer: read_issuer(environment)? })
}

fn read_allowed_origins(environment: &Environment) -> Result<AllowedOrigins, ConfigError> {
    const VARIABLE: &str = "ALLOWED_ORIGINS";

    let Some(list) = environment.get(VARIABLE) else { return Ok(AllowedOrigins::Any) };
    AllowedOrigins::parse(list).ok_or_else(|| {
        let expected = "\"*\", or exact origins (scheme, host, and a port where it is not the default) separated by \
                        commas";
        ConfigError::invalid(VARIABLE, list, expected, "https://app.example.com,http://localhost:5173")
    })
}

/// `None` sends the cookie along with requests of every site, so it is accepted only where the sites are known.
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

fn read_issuer(environment: &Environment) -> Result<Option<Issuer>, ConfigError> {
    const VARIABLE: &str = "ISSUER";

    let Some(value) = environment.get(VARIABLE) else { return Ok(None) };
    let issuer = Issuer::parse(value).ok_or_else(|| {
        let expected = "an https URL (or http on a loopback host) without a trailing slash, query or fragment";
        ConfigError::invalid(VARIABLE, value, expected, "https://auth.example.com")
    })?;
    Ok(Some(issuer))
}
