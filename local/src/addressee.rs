//! Whom a request is for, by its `Host`.

use std::net::IpAddr;

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri};
use url::Host;

/// What stands in `Host`, without the port. A page whose own name leads to this machine (DNS rebinding) sends that name, and
/// no `Origin` with a `GET`.
#[derive(Debug)]
pub(crate) enum Addressee {
    /// An address.
    Address(IpAddr),
    /// A name, in lower case.
    Name(String),
}

impl Addressee {
    /// `None` if the request names nobody, several, or one who cannot be read.
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
        let authority: Authority = host.to_str().ok()?.parse().ok()?;
        // RFC 9112, 3.2.2: a target with a host of its own decides, whatever `Host` says.
        if uri.authority().is_some_and(|target| *target != authority) {
            return None;
        }
        Some(match Host::parse(authority.host()).ok()? {
            Host::Ipv4(address) => Self::Address(address.into()),
            Host::Ipv6(address) => Self::Address(address.into()),
            Host::Domain(name) => Self::Name(name),
        })
    }

    /// Whether that is this machine, whatever a name server says. RFC 6761, 6.3: `localhost` and names below it are loopback.
    pub(crate) fn is_loopback(&self) -> bool {
        match self {
            Self::Address(address) => address.is_loopback(),
            Self::Name(name) => name == "localhost" || name.ends_with(".localhost"),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::HOST;
    use axum::http::{HeaderMap, HeaderValue, Uri};

    use super::Addressee;

    fn is_loopback(target: &str, hosts: &[&str]) -> bool {
        let headers: HeaderMap = hosts.iter().map(|host| (HOST, HeaderValue::from_str(host).unwrap())).collect();
        Addressee::of(&target.parse::<Uri>().unwrap(), &headers).is_some_and(|addressee| addressee.is_loopback())
    }

    #[test]
    fn only_names_and_addresses_of_this_machine_are_loopback() {
        for (host, expected) in [
            ("localhost", true),
            ("localhost:3000", true),
            ("LOCALHOST:3000", true),
            ("app.localhost:1", true),
            ("127.0.0.1:3000", true),
            ("127.8.9.10", true),
            ("[::1]:3000", true),
            ("[::1]", true),
            ("", false),
            ("evil.example", false),
            ("evil.example:3000", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("notlocalhost", false),
            ("localhost@evil.example", false),
            ("localhost#.evil.example", false),
            ("localhost/evil.example", false),
            ("a b", false),
            ("192.0.2.1:3000", false),
            ("0.0.0.0:3000", false),
            ("[::]:3000", false),
            ("[2001:db8::1]:3000", false),
            ("::1", false),
        ] {
            assert_eq!(is_loopback("/", &[host]), expected, "{host}");
        }
    }

    #[test]
    fn a_request_names_exactly_one() {
        assert!(!is_loopback("/", &[]));
        assert!(!is_loopback("/", &["localhost", "evil.example"]));
        assert!(!is_loopback("http://evil.example/", &["localhost"]));
        assert!(!is_loopback("http://localhost/", &["evil.example"]));
        assert!(is_loopback("http://localhost:3000/auth/me", &["localhost:3000"]));
    }
}
