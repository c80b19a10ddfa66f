//! How the functions meet their callers.

use lambda_http::http::HeaderName;

use super::{ConfigError, Environment};
use crate::http::{AllowedOrigins, CookieConfig, HttpConfig, SameSite, TrustedProxy};
use crate::tokens::Issuer;

/// 32 characters of hexadecimal are 128 bits, which nobody guesses.
const SHORTEST_SECRET: usize = 32;

/// `ALLOWED_ORIGINS`, `COOKIE_SAME_SITE`, `ISSUER`, `ORIGIN_SECRET` and `ORIGIN_ADDRESS_HEADER`.
pub fn read_http(environment: &Environment) -> Result<HttpConfig, ConfigError> {
    let allowed_origins = read_allowed_origins(environment)?;
    let cookie = CookieConfig::host_only(read_same_site(environment, &allowed_origins)?);
    let issuer = read_issuer(environment)?;
    Ok(HttpConfig { allowed_origins, cookie, issuer, trusted_proxy: read_trusted_proxy(environment)? })
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

/// Without a secret there is no proxy to trust, and the gateway's own word counts.
fn read_trusted_proxy(environment: &Environment) -> Result<Option<TrustedProxy>, ConfigError> {
    const SECRET: &str = "ORIGIN_SECRET";
    const ADDRESS_HEADER: &str = "ORIGIN_ADDRESS_HEADER";

    let Some(secret) = environment.get(SECRET) else { return Ok(None) };
    if secret.len() < SHORTEST_SECRET || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        let expected = "at least 32 visible ASCII characters that nobody can guess";
        return Err(ConfigError::invalid_secret(SECRET, expected, "$(openssl rand -hex 32)"));
    }
    let address_header = match environment.get(ADDRESS_HEADER) {
        None => TrustedProxy::CLOUDFRONT_ADDRESS_HEADER,
        Some(name) => name.parse::<HeaderName>().map_err(|_invalid| {
            ConfigError::invalid(ADDRESS_HEADER, name, "the name of a header", "CloudFront-Viewer-Address")
        })?,
    };
    Ok(Some(TrustedProxy::new(secret.into(), address_header)))
}
