//! Authorization requests: what an app asks for, and what is wrong with it.

use oauth::callback_path;
use url::Url;

use super::app::is_registered;
use super::call::Pairs;
use super::desk::Desk;
use super::pkce::Challenge;

/// A good authorization request.
pub(super) struct Authorization {
    pub(super) redirect_uri: Url,
    pub(super) scopes: Vec<String>,
    pub(super) challenge: Option<Challenge>,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
}

/// Why an authorization request is refused, for its sender to read. Providers never redirect to an app that they cannot be
/// sure of (RFC 6749 4.1.2.1); what else is wrong, most show on a page too.
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) reason: String,
}

impl Authorization {
    /// Reads the parameters of a request.
    pub(super) fn read(desk: &Desk, query: &Pairs) -> Result<Self, Refusal> {
        let refuse = |code, reason: &str| Refusal { code, reason: reason.to_owned() };
        if query.get("client_id") != Some(desk.app.id) {
            return Err(refuse("invalid_client", "No app has this client_id. Take the one from OAUTH_…_CLIENT_ID."));
        }
        let redirect_uri = query.get("redirect_uri").unwrap_or_default();
        let origin = desk.app_origin.as_deref();
        let registered = Some(redirect_uri).filter(|uri| is_registered(desk.provider, origin, uri));
        let Some(redirect_uri) = registered.and_then(|uri| Url::parse(uri).ok()) else {
            let path = callback_path(desk.provider.known());
            let reason = format!(
                "Its redirect_uri is not one of the app's. Registered is {path} on this machine, such as \
                 http://localhost:3000{path}, to the letter."
            );
            return Err(Refusal { code: "redirect_uri_mismatch", reason });
        };
        if let Some(missing) = desk.rules.required.iter().find(|name| query.get(name).is_none()) {
            return Err(Refusal { code: "invalid_request", reason: format!("It needs {missing}.") });
        }
        if query.get("response_type").is_some_and(|response_type| response_type != "code") {
            return Err(refuse("unsupported_response_type", "Its response_type must be code."));
        }
        if let Some(reason) = (desk.rules.refuses)(query) {
            return Err(refuse("invalid_request", reason));
        }
        let challenge = Challenge::of(query, desk.rules.pkce).map_err(|reason| refuse("invalid_request", reason))?;
        let scopes = query.get("scope").unwrap_or_default().split(desk.rules.scope_separators);
        Ok(Self {
            redirect_uri,
            scopes: scopes.filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
            challenge,
            state: query.get("state").map(str::to_owned),
            nonce: query.get("nonce").map(str::to_owned),
        })
    }
}
