//! The real providers that people are to sign in with.

use oauth::{Variables, callback_path};
use shared::domain::Provider;
use shared::environment::Environment;

/// Those whose app the environment names. `none` counts as unset, since the guided deploy of SAM takes no empty answer.
pub(crate) fn configured(environment: &Environment) -> Vec<Provider> {
    let has_id = |provider: &Provider| environment.chosen(client_id(*provider)).is_some();
    Provider::ALL.into_iter().filter(has_id).collect()
}

/// The variable of the app's id.
pub(crate) fn client_id(provider: Provider) -> &'static str {
    Variables::of(provider).client_id
}

/// Where a provider sends people back to.
pub(crate) fn redirect_uri(issuer: &str, provider: Provider) -> String {
    format!("{issuer}{}", callback_path(provider))
}
