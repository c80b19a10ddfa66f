//! Callers at different addresses.

use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::OnceLock;

use reqwest::ClientBuilder;
use reqwest::header::{HeaderMap, HeaderName};

const SOURCE_HEADER: HeaderName = HeaderName::from_static("x-test-source");

/// The header that says where a request comes from, on systems that have one loopback address.
pub(crate) fn source_header() -> Option<HeaderName> {
    (!has_many_loopback_addresses()).then_some(SOURCE_HEADER)
}

/// Lets a client call from `127.0.0.{host}`.
pub(crate) fn call_from(client: ClientBuilder, host: u8) -> ClientBuilder {
    let address = IpAddr::from(Ipv4Addr::new(127, 0, 0, host));
    if has_many_loopback_addresses() {
        return client.local_address(address);
    }
    client.default_headers(HeaderMap::from_iter([(SOURCE_HEADER, address.to_string().parse().unwrap())]))
}

fn has_many_loopback_addresses() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| TcpListener::bind("127.0.0.2:0").is_ok())
}
