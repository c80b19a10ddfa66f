//! Who somebody is at a provider.

use aws_lc_rs::digest::{SHA256, digest};

use super::provider::Provider;

/// How many ids there are. Their JSON numbers are exact in every language.
const IDS: u64 = 1_000_000_000_000_000;

/// Somebody with an account at a provider.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: u64,
    pub(super) name: Option<String>,
    pub(super) address: Option<Address>,
    /// The organization of Google Workspace that they belong to.
    pub(super) hosted_domain: Option<&'static str>,
    /// Whether Google leaves the scheme out of `iss` in their ID tokens.
    pub(super) has_bare_issuer: bool,
}

/// An email address.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) email: String,
    pub(super) is_verified: bool,
}

impl Person {
    pub(super) fn ada(provider: Provider) -> Self {
        Self {
            hosted_domain: Some("example.com"),
            ..Self::with(provider, "Ada Lovelace", Some(("ada@example.com", true)))
        }
    }

    pub(super) fn grace(provider: Provider) -> Self {
        Self { has_bare_issuer: true, ..Self::with(provider, "Grace Hopper", Some(("grace@example.com", false))) }
    }

    pub(super) fn katherine(provider: Provider) -> Self {
        Self::with(provider, "Katherine Johnson", None)
    }

    /// Somebody made up. Without an `id` they get one for their name and address.
    pub(super) fn typed(provider: Provider, id: Option<u64>, name: Option<&str>, address: Option<Address>) -> Self {
        let email = address.as_ref().map(|address| address.email.as_str());
        Self {
            id: id.unwrap_or_else(|| id_of(provider, name, email)),
            name: name.map(str::to_owned),
            address,
            hosted_domain: None,
            has_bare_issuer: false,
        }
    }

    fn with(provider: Provider, name: &str, address: Option<(&str, bool)>) -> Self {
        let address = address.map(|(email, is_verified)| Address { email: email.to_owned(), is_verified });
        Self::typed(provider, None, Some(name), address)
    }

    /// The address, if it is verified.
    pub(super) fn verified_email(&self) -> Option<&str> {
        self.address.as_ref().filter(|address| address.is_verified).map(|address| address.email.as_str())
    }

    /// A name without spaces, which providers show in URLs. It changes hands, so no client may know anybody by it.
    pub(super) fn handle(&self) -> String {
        let letters = self.name.iter().flat_map(|name| name.chars()).filter(char::is_ascii_alphanumeric);
        let handle: String = letters.take(15).collect();
        if handle.is_empty() { format!("u{}", self.id % 1_000_000) } else { handle }
    }
}

/// Ids differ between providers.
fn id_of(provider: Provider, name: Option<&str>, email: Option<&str>) -> u64 {
    let text = format!("{}\n{}\n{}", provider.path(), name.unwrap_or_default(), email.unwrap_or_default());
    let digest = digest(&SHA256, text.as_bytes());
    let bytes = digest.as_ref().iter().take(8);
    let number = bytes.fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    // Fifteen digits, the first of them 1 to 9.
    IDS / 10 + number % (IDS - IDS / 10)
}

/// An id that somebody typed: 1 to 15 digits.
pub(super) fn parse_id(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|id| is_plain && *id < IDS)
}
