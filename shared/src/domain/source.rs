//! Where a request comes from.

use std::fmt;
use std::net::{AddrParseError, IpAddr, Ipv6Addr};
use std::str::FromStr;

/// The bits of an IPv6 address that name a network. Its holder can take any address below them (RFC 6177 2, RFC 4291
/// 2.5.1).
const IPV6_NETWORK_BITS: u32 = 64;

/// What attempts are counted for: an IPv4 address, or the /64 network of an IPv6 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source(IpAddr);

impl Source {
    /// The source that this address belongs to. An IPv4 address written as an IPv6 one is the same source.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let host_bits = u128::BITS - IPV6_NETWORK_BITS;
                Ipv6Addr::from_bits(address.to_bits() >> host_bits << host_bits).into()
            }
        })
    }
}

/// Reads an IP address, or a source as it is displayed.
impl FromStr for Source {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        match text.split_once('/') {
            Some((network, bits)) if bits == IPV6_NETWORK_BITS.to_string() => network.parse().map(IpAddr::V6),
            _ => text.parse(),
        }
        .map(Self::of)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(f),
            IpAddr::V6(network) => write!(f, "{network}/{IPV6_NETWORK_BITS}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn an_ipv6_address_counts_as_its_network() {
        for (address, source) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("::1", "::/64"),
        ] {
            assert_eq!(Source::of(address.parse().unwrap()).to_string(), source, "{address}");
            for text in [address, source] {
                assert_eq!(text.parse::<Source>().unwrap().to_string(), source, "{text}");
            }
        }
    }

    #[test]
    fn what_is_neither_an_address_nor_a_source_is_refused() {
        for wrong in ["", "192.0.2", "192.0.2.1/64", "192.0.2.1:80", "2001:db8::/48", "2001:db8::/", "example.com"] {
            assert!(wrong.parse::<Source>().is_err(), "{wrong}");
        }
    }
}
