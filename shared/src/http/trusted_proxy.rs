//! A proxy in front of the gateway.

use std::net::{IpAddr, SocketAddr};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use lambda_http::http::HeaderName;
use secrecy::{ExposeSecret as _, SecretString};

use crate::environment::{ConfigError, Environment};

/// 32 characters of hexadecimal are 128 bits, which nobody guesses.
const SHORTEST_SECRET: usize = 32;

/// The proxy that every request has to come through, such as a CloudFront distribution with AWS WAF. It proves itself
/// by a secret, and says in a header of its own where the request came from: to the gateway, all come from the proxy.
///
/// A second secret is accepted while the first one is changed: nobody can change the proxy and the functions at once.
#[derive(Clone, Debug)]
pub struct TrustedProxy {
    secret: SecretString,
    next_secret: Option<SecretString>,
    address_header: HeaderName,
}

impl TrustedProxy {
    /// The header that carries the secret.
    pub const SECRET_HEADER: &str = "x-origin-secret";
    /// The header that [CloudFront adds](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html)
    /// where its origin request policy says so: the viewer's address and port, IPv6 without brackets.
    pub const CLOUDFRONT_ADDRESS_HEADER: HeaderName = HeaderName::from_static("cloudfront-viewer-address");

    /// `ORIGIN_SECRET`, `ORIGIN_SECRET_NEXT` and `ORIGIN_ADDRESS_HEADER`. Without a secret there is no proxy to trust, and
    /// the gateway's own word counts.
    pub fn read(environment: &Environment) -> Result<Option<Self>, ConfigError> {
        const SECRET: &str = "ORIGIN_SECRET";
        const NEXT_SECRET: &str = "ORIGIN_SECRET_NEXT";
        const ADDRESS_HEADER: &str = "ORIGIN_ADDRESS_HEADER";

        let secrets = (read_secret(environment, SECRET)?, read_secret(environment, NEXT_SECRET)?);
        let (secret, next_secret) = match secrets {
            (Some(secret), next_secret) => (secret, next_secret),
            (None, None) => return Ok(None),
            (None, Some(_next_secret)) => {
                let expected = "unset unless ORIGIN_SECRET is set";
                return Err(ConfigError::invalid_secret(NEXT_SECRET, expected, ""));
            }
        };
        let address_header = match environment.get(ADDRESS_HEADER) {
            None => Self::CLOUDFRONT_ADDRESS_HEADER,
            Some(name) => name.parse::<HeaderName>().map_err(|_invalid| {
                ConfigError::invalid(ADDRESS_HEADER, name, "the name of a header", "CloudFront-Viewer-Address")
            })?,
        };
        Ok(Some(Self { next_secret, ..Self::new(secret, address_header) }))
    }

    /// A proxy that sends this secret, and in this header the address that a request came from.
    #[must_use]
    pub fn new(secret: SecretString, address_header: HeaderName) -> Self {
        Self { secret, next_secret: None, address_header }
    }

    /// Whether this is the secret, or the next one. It takes the same time for every wrong one of the right length, and
    /// both are always compared.
    #[must_use]
    pub(super) fn has_secret(&self, presented: &str) -> bool {
        let is = |secret: &SecretString| {
            verify_slices_are_equal(secret.expose_secret().as_bytes(), presented.as_bytes()).is_ok()
        };
        is(&self.secret) | self.next_secret.as_ref().is_some_and(is)
    }

    pub(super) fn address_header(&self) -> &HeaderName {
        &self.address_header
    }

    /// The address in the value of the address header. CloudFront always writes a port behind it; elsewhere it may be
    /// there or not.
    pub(super) fn address_in(&self, value: &str) -> Option<IpAddr> {
        if self.address_header == Self::CLOUDFRONT_ADDRESS_HEADER {
            let (address, port) = value.rsplit_once(':')?;
            return port.parse::<u16>().ok().and(address.parse().ok());
        }
        value.parse().ok().or_else(|| value.parse().ok().map(|address: SocketAddr| address.ip()))
    }
}

fn read_secret(environment: &Environment, variable: &'static str) -> Result<Option<SecretString>, ConfigError> {
    let Some(secret) = environment.get(variable) else { return Ok(None) };
    if secret.len() < SHORTEST_SECRET || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        let expected = "at least 32 visible ASCII characters that nobody can guess";
        return Err(ConfigError::invalid_secret(variable, expected, "$(openssl rand -hex 32)"));
    }
    Ok(Some(secret.into()))
}

#[cfg(test)]
mod tests {
    use lambda_http::http::HeaderName;

    use super::TrustedProxy;

    fn check(header: HeaderName, value: &str, expected: Option<&str>) {
        let address = TrustedProxy::new("secret".into(), header).address_in(value);
        assert_eq!(address, expected.map(|address| address.parse().unwrap()), "{value}");
    }

    #[test]
    fn cloudfront_writes_the_port_behind_the_last_colon() {
        for (value, expected) in [
            ("198.51.100.10:46532", Some("198.51.100.10")),
            ("2001:db8::8a2e:370:7334:46532", Some("2001:db8::8a2e:370:7334")),
            ("198.51.100.10", None),
            ("198.51.100.10:", None),
            ("198.51.100.10:port", None),
            ("198.51.100.10:1, 203.0.113.1:2", None),
            ("unknown:1", None),
            ("", None),
        ] {
            check(TrustedProxy::CLOUDFRONT_ADDRESS_HEADER, value, expected);
        }
    }

    #[test]
    fn elsewhere_a_port_may_be_missing() {
        for (value, expected) in [
            ("198.51.100.10", Some("198.51.100.10")),
            ("198.51.100.10:443", Some("198.51.100.10")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("[2001:db8::1]:443", Some("2001:db8::1")),
            ("198.51.100.10, 203.0.113.1", None),
            ("", None),
        ] {
            check(HeaderName::from_static("true-client-ip"), value, expected);
        }
    }
}
