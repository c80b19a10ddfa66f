//! The keys that Latchkey publishes, held in memory.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::JwkSet;
use lambda_http::{Error, tracing};
use reqwest::Url;
use tokio::sync::Mutex;

/// How long keys are used before they are read again: Latchkey's own `max-age`.
const FRESH: Duration = Duration::from_mins(5);
/// How long they are used when they cannot be read again. An outage of Latchkey is then none of this service, and a
/// key that was revoked meanwhile is refused no later than by API Gateway's authorizers, which hold keys for 2 hours.
const USABLE: Duration = Duration::from_hours(2);
/// How often keys are asked for while those at hand are usable: neither forged key ids nor an outage cost more.
const PAUSE: Duration = Duration::from_mins(1);
/// How long Latchkey may take to answer. A caller waits for it.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The most that it may answer, in bytes. Its keys, three at the most, are under 2,000.
const MAX_BYTES: usize = 64 * 1024;

/// There is no key to check a token with. The log says why.
#[derive(Debug)]
pub(crate) struct NoKeys;

/// The keys of one issuer.
pub(crate) struct Keys {
    url: String,
    http: reqwest::Client,
    /// Locked while keys are read, so that of many requests at once one reads and the others wait for it.
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    keys: HashMap<String, DecodingKey>,
    read_at: Option<SystemTime>,
    asked_at: Option<SystemTime>,
}

impl Keys {
    /// Nothing is read yet.
    pub(crate) fn of(issuer: &str) -> Result<Self, Error> {
        let url = Url::parse(issuer).map_err(|error| format!("ISSUER is not a URL: {error}"))?;
        let is_this_machine = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !is_this_machine {
            return Err("ISSUER has to be an https URL: keys that come in the clear may be anybody's".into());
        }
        let http = reqwest::Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { url: format!("{issuer}/.well-known/jwks.json"), http, held: Mutex::default() })
    }

    /// The key of this id, or `None` where Latchkey does not know it.
    pub(crate) async fn key(&self, kid: &str, now: SystemTime) -> Result<Option<DecodingKey>, NoKeys> {
        let mut held = self.held.lock().await;
        let usable = is_within(USABLE, held.read_at, now);
        let wanted = !is_within(FRESH, held.read_at, now) || !held.keys.contains_key(kid);
        if !usable || (wanted && !is_within(PAUSE, held.asked_at, now)) {
            held.asked_at = Some(now);
            match self.read().await {
                Ok(keys) => (held.keys, held.read_at) = (keys, Some(now)),
                Err(error) if usable => tracing::warn!("{} is not to be had, older keys are used: {error:?}", self.url),
                Err(error) => {
                    tracing::error!("{} is not to be had, tokens cannot be checked: {error:?}", self.url);
                    return Err(NoKeys);
                }
            }
        }
        Ok(held.keys.get(kid).cloned())
    }

    async fn read(&self) -> Result<HashMap<String, DecodingKey>, Error> {
        let mut response = self.http.get(&self.url).send().await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                return Err(format!("it is longer than {MAX_BYTES} bytes").into());
            }
        }
        let set: JwkSet = serde_json::from_slice(&body)?;
        let keys = set.keys.iter().filter_map(|jwk| {
            let kid = jwk.common.key_id.clone()?;
            Some((kid, DecodingKey::from_jwk(jwk).ok()?))
        });
        let keys: HashMap<_, _> = keys.collect();
        if keys.is_empty() { Err("it holds no key".into()) } else { Ok(keys) }
    }
}

/// By the wall clock: the monotonic one may stand still while a function is frozen. A time in the future is of a clock
/// that went back since, and says nothing.
fn is_within(time: Duration, since: Option<SystemTime>, now: SystemTime) -> bool {
    since.and_then(|since| now.duration_since(since).ok()).is_some_and(|age| age < time)
}

#[cfg(test)]
mod tests;
