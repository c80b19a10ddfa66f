//! `GET /auth/oauth/{provider}`: the way to a provider.

use lambda_http::http::StatusCode;
use shared::domain::HashError;
use shared::http::{Answer, Call, Failure, Problem};
use shared::logging::Part;

use super::OAuth;
use super::flow::Flow;
use super::pkce::Challenge;
use super::provider::Start;
use super::sent_back;

/// No provider of this name is configured.
pub const UNKNOWN_PROVIDER: Problem = Problem::new(
    StatusCode::NOT_FOUND,
    "unknown_provider",
    "Nobody can sign in through this provider here. GET /auth/oauth lists those there are.",
);
/// The page is not one that a sign-in may return to.
pub const RETURN_URL_NOT_ALLOWED: Problem = Problem::new(
    StatusCode::BAD_REQUEST,
    "return_url_not_allowed",
    "Send a return_to that OAUTH_RETURN_URLS lists, to the letter.",
);
/// A parameter is missing, comes twice, or is not what it has to be.
pub const MALFORMED_START: Problem = Problem::new(
    StatusCode::BAD_REQUEST,
    "malformed_request",
    "Send return_to, and code_challenge: the SHA-256 of your verifier as 43 characters of base64url.",
);

impl OAuth {
    /// Writes nothing: a flood of these costs no write.
    pub(crate) async fn start(&self, call: &Call) -> Result<Answer, Failure> {
        let (provider, service) = self.provider_of(call)?;
        let query = call.query().map_err(|_twice_or_not_utf8| MALFORMED_START)?;
        let return_to = query.get("return_to").ok_or(MALFORMED_START)?;
        let challenge = query.get("code_challenge").and_then(Challenge::parse).ok_or(MALFORMED_START)?;
        let return_to = self.return_urls.allowed(return_to).ok_or(RETURN_URL_NOT_ALLOWED)?;
        let redirect_uri = Self::redirect_uri(call, provider)?;

        let now = self.clock.now();
        let flow = Flow::begin(provider, challenge, return_to.as_str(), now).ok_or(HashError::NoRandomness)?;
        let keys = self.keys(call, now).await.map_err(|failure| sent_back::because_of(&return_to, failure))?;
        let cookie = keys.seal_keys().and_then(|keys| Ok(flow.cookie(&keys)?))?;
        let start = Start {
            redirect_uri: &redirect_uri,
            state: &flow.state,
            nonce: &flow.nonce,
            challenge: &Challenge::of(&flow.verifier),
            ask_for_consent: !return_to.proves_who_receives(),
        };
        let url = call.timed(Part::Provider, service.authorization_url(&self.web, &start, now)).await;
        let url = url.map_err(|error| sent_back::by_provider(call, &return_to, error))?;
        Ok(Answer::redirect(&url).with_cookie(cookie))
    }
}
