//! One stand-in.

use std::time::Duration;

use shared::clock::{Clock, Timestamp};

use super::app::App;
use super::call::Pairs;
use super::grants::Grants;
use super::pkce::Pkce;
use super::provider::Provider;

/// A stand-in: where it is, who its app is, and what it has given out.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) provider: Provider,
    /// Its URL, without a trailing slash.
    pub(super) base: String,
    pub(super) app: &'static App,
    /// The app's own origin, if its callback is registered at another than loopback.
    pub(super) app_origin: Option<String>,
    pub(super) rules: Rules,
    pub(super) grants: Grants,
    clock: Clock,
}

/// What a provider's documents say of its authorization endpoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Parameters that it does not go without.
    pub(super) required: &'static [&'static str],
    /// Why it refuses a request, if it does.
    pub(super) refuses: fn(&Pairs) -> Option<&'static str>,
    /// What stands between scopes.
    pub(super) scope_separators: &'static [char],
    pub(super) pkce: Pkce,
    pub(super) code_prefix: &'static str,
    pub(super) code_lifetime: Duration,
    /// What follows its URL in the `iss` of the redirect (RFC 9207), if it sends one.
    pub(super) issuer: Option<&'static str>,
    /// What the redirect says when somebody cancels.
    pub(super) cancelled: &'static [(&'static str, &'static str)],
    /// The fragment of the redirect.
    pub(super) fragment: Option<&'static str>,
    /// Whether the redirect repeats the scopes.
    pub(super) repeats_scope: bool,
}

impl Desk {
    pub(super) fn new(provider: Provider, rules: Rules, url: &str, app_origin: Option<String>, clock: Clock) -> Self {
        let base = format!("{url}/{}", provider.path());
        Self { provider, base, app: App::at(provider), app_origin, rules, grants: Grants::default(), clock }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The `iss` of the redirect.
    pub(super) fn issuer(&self) -> Option<String> {
        self.rules.issuer.map(|below| format!("{}{below}", self.base))
    }
}
