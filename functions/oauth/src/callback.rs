//! `GET /auth/oauth/{provider}/callback`: the way back from a provider.
//!
//! It creates nothing and links nothing. It only says to the page, sealed, who the provider says that this is.

use std::time::Duration;

use shared::attempts::{CallbackAttempt, source_digest};
use shared::clock::Timestamp;
use shared::domain::{IdentityKey, ProvenIdentity, Provider};
use shared::http::{Answer, Call, Cookie, Failure, Query, ReturnUrl, SentBack};
use shared::keys::SigningKeySet;
use shared::logging::Part;
use tokio::time::timeout;
use tracing::Level;

use super::flow::{Flow, cookie_name};
use super::provider::{Endpoint, ProviderError, Returned, Service, is_cancelled};
use super::sent_back::{self, SIGN_IN_CANCELLED, SIGN_IN_EXPIRED};
use super::{Code, OAuth};

/// How long all calls to a provider may take together. With 3 s each to read the keys and to count, a callback ends within 12
/// of the function's 15 s.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(6);

/// The sign-in that a provider sends a browser back for.
struct Return<'c> {
    provider: Provider,
    service: &'c dyn Service,
    query: Query,
    redirect_uri: String,
    flow: Flow,
}

impl OAuth {
    /// A person is waiting for a page, so whatever the browser brings ends at one.
    pub(crate) async fn come_back(&self, call: &Call) -> Result<Answer, Failure> {
        let (provider, service) = self.provider_of(call)?;
        let source = self.sign_in.source(call)?;
        let redirect_uri = Self::redirect_uri(call, provider)?;
        let first = self.return_urls.first();
        let first = first.ok_or_else(|| Failure::Internal("a provider without a page to return to".into()))?;

        let now = self.clock.now();
        let keys = self.keys(call, now).await.map_err(|failure| sent_back::because_of(first, failure))?;
        let source = source_digest(keys.digest_key(), source);
        call.note_source_digest(source.clone());

        let dropped = || Cookie::dropped(cookie_name(provider)).always_lax();
        let seal_keys = keys.seal_keys()?;
        let flow = call.only_cookie(cookie_name(provider)).and_then(|it| Flow::open(provider, it, &seal_keys, now));
        let flow = flow.and_then(|flow| Some((self.return_urls.allowed(&flow.return_to)?, flow)));
        let Some((return_to, flow)) = flow else {
            return Err(and(sent_back::with(first, SIGN_IN_EXPIRED, Level::INFO), dropped()).into());
        };
        // The cookie stays: another tab may have begun the sign-in that it is of.
        let query = call.query().ok().filter(|query| query.get("state").is_some_and(|state| flow.has_state(state)));
        let Some(query) = query else {
            return Err(sent_back::with(&return_to, SIGN_IN_EXPIRED, Level::INFO).into());
        };
        let attempt = CallbackAttempt::new(self.limits, &source, now);
        let returned = Return { provider, service, query, redirect_uri, flow };
        let code = self.identify(call, &returned, &attempt, &return_to, &keys, now).await;
        let code = code.map_err(|sent_back| and(sent_back, dropped()))?;
        Ok(Answer::redirect(&return_to.with("code", &code)).with_cookie(dropped()))
    }

    /// The code for the page. The attempt is counted before the provider is called.
    async fn identify(
        &self,
        call: &Call,
        returned: &Return<'_>,
        attempt: &CallbackAttempt,
        return_to: &ReturnUrl,
        keys: &SigningKeySet,
        now: Timestamp,
    ) -> Result<String, SentBack> {
        let Return { provider, service, query, redirect_uri, flow } = returned;
        let by_provider = |error| sent_back::by_provider(call, return_to, error);
        let failed = |failure| sent_back::because_of(return_to, failure);
        if let Some(iss) = query.get("iss") {
            service.check_iss(iss).map_err(by_provider)?;
        }
        if let Some(error) = query.get("error") {
            return Err(if is_cancelled(error) {
                sent_back::with(return_to, SIGN_IN_CANCELLED, Level::INFO)
            } else {
                by_provider(ProviderError::told(Endpoint::Authorization, None, error))
            });
        }
        let code = query.get("code").ok_or(ProviderError::Unreadable(Endpoint::Authorization)).map_err(by_provider)?;
        let admitted = call.timed(Part::Store, attempt.admit(self.stores.attempts.as_ref())).await;
        admitted.map_err(|error| failed(error.into()))?;

        let iss_is_there = query.get("iss").is_some();
        let redeemed = Returned { code, redirect_uri, verifier: &flow.verifier, nonce: &flow.nonce, iss_is_there };
        let person = call.timed(Part::Provider, timeout(PROVIDER_TIMEOUT, service.person(&self.web, &redeemed, now)));
        let person = person.await.unwrap_or(Err(ProviderError::OutOfTime)).map_err(by_provider)?;
        let key = IdentityKey::new(service.issuer(), &person.subject);
        let identity = ProvenIdentity {
            key: key.ok_or(ProviderError::Unreadable(Endpoint::User)).map_err(by_provider)?,
            provider: *provider,
            email_verified: person.email_verified && person.email.is_some(),
            email: person.email,
            name: person.name,
            proven_at: now,
        };
        let seal_keys = keys.seal_keys().map_err(|error| failed(error.into()))?;
        let code = Code::new(identity, flow.challenge.clone()).seal(&seal_keys);
        code.map_err(|error| failed(Failure::Internal(error.into())))
    }
}

/// The same, and a cookie.
fn and(sent_back: SentBack, cookie: Cookie) -> SentBack {
    SentBack { answer: sent_back.answer.with_cookie(cookie), ..sent_back }
}
