//! Where a provider is.

use shared::domain::Provider;
use shared::environment::{ConfigError, Environment};
use shared::tokens::Issuer;
use url::Url;

use crate::variables::Variables;

/// The longest URL, so that the variables of a function stay below Lambda's 4 KB.
const MAX_CHARS: usize = 255;

/// An endpoint: where it is for everybody, and where below another base.
pub(super) struct At {
    pub(super) home: &'static str,
    pub(super) below: &'static str,
}

/// A provider's endpoints.
#[derive(Debug)]
pub(super) struct Site<const N: usize> {
    /// The issuer in the keys of identities. Elsewhere than at home it is the base: user 42 there is not user 42 of the
    /// provider that everybody knows.
    pub(super) issuer: String,
    /// The endpoints.
    pub(super) endpoints: [Url; N],
}

impl<const N: usize> Site<N> {
    /// The provider's own site, or the one whose base `OAUTH_{PROVIDER}_URL` is: an `https` URL, or `http` on a loopback host,
    /// without a trailing slash.
    pub(super) fn read(environment: &Environment, provider: Provider, endpoints: [At; N]) -> Result<Self, ConfigError> {
        let variable = Variables::of(provider).url;
        let issuer = provider.home_issuer().unwrap_or_default();
        let base = environment.chosen(variable);
        if let Some(base) = base.filter(|base| base.len() > MAX_CHARS || Issuer::parse(base).is_none()) {
            return Err(not_a_base(variable, base));
        }
        let parsed = endpoints.map(|At { home, below }| match base {
            Some(base) => Url::parse(&format!("{base}{below}")).map_err(|_not_a_url| not_a_base(variable, base)),
            None => Url::parse(home).map_err(|_not_a_url| not_a_base(variable, home)),
        });
        let mut urls = Vec::with_capacity(N);
        for url in parsed {
            urls.push(url?);
        }
        let endpoints = urls.try_into().map_err(|_other_length: Vec<Url>| not_a_base(variable, issuer))?;
        let issuer = base.unwrap_or(issuer).to_owned();
        Ok(Self { issuer, endpoints })
    }
}

fn not_a_base(variable: &'static str, value: &str) -> ConfigError {
    let expected = format!(
        "an https URL (or http on a loopback host) of at most {MAX_CHARS} characters without a trailing slash, a query or a fragment"
    );
    ConfigError::invalid(variable, value, expected, "https://github.example.com")
}
