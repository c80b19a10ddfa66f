//! The line of a request, field by field.

use std::time::Duration;

use tracing::Level;

use super::Timings;
use super::timings::{Part, millis};

/// What the log says about a request: one line each, without a secret and without personal data.
#[derive(Debug)]
pub struct RequestLine<'r> {
    /// How much it matters to an operator.
    pub level: Level,
    /// The id that the gateway gave the request.
    pub request_id: &'r str,
    /// The method.
    pub method: &'r str,
    /// The pattern of the route, or `none`. A path holds whatever a caller writes into it.
    pub route: &'static str,
    /// The status of the response.
    pub status: u16,
    /// The code of an error.
    pub code: Option<&'static str>,
    /// How long the whole took.
    pub total: Duration,
    /// How long its parts took.
    pub timings: &'r Timings,
    /// Whose request this is.
    pub user_id: Option<&'r str>,
    /// The digest of the email address that the request names.
    pub email_digest: Option<&'r str>,
    /// The digest of where the request comes from.
    pub source_digest: Option<&'r str>,
    /// Where the request comes from, in the clear. An IP address is personal data: it is given only if an operator may have
    /// to block it.
    pub source: Option<String>,
    /// Through which provider somebody signs in.
    pub provider: Option<&'static str>,
    /// What the request counts for in the metrics, such as `log_ins`.
    pub counts: &'r [&'static str],
    /// Why the request failed.
    pub cause: Option<String>,
}

impl RequestLine<'_> {
    /// Writes the line, at its level.
    pub fn write(&self) {
        let Self { request_id, method, route, status, code, user_id, email_digest, .. } = self;
        let Self { source_digest, source, provider, cause, .. } = self;
        let total_ms = millis(self.total);
        let took = |part| self.timings.millis(part);
        let (decode_ms, store_ms, argon2_ms) = (took(Part::Decode), took(Part::Store), took(Part::Argon2));
        let (provider_ms, token_ms, encode_ms) = (took(Part::Provider), took(Part::Token), took(Part::Encode));
        let counts = (!self.counts.is_empty()).then(|| self.counts.join(" "));
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    request_id,
                    method,
                    route,
                    status,
                    code,
                    total_ms,
                    decode_ms,
                    store_ms,
                    argon2_ms,
                    provider_ms,
                    token_ms,
                    encode_ms,
                    user_id,
                    email_digest,
                    source_digest,
                    source,
                    provider,
                    counts,
                    cause,
                    "request"
                )
            };
        }
        match self.level {
            Level::ERROR => line!(error),
            Level::WARN => line!(warn),
            _ => line!(info),
        }
    }
}

/// Writes the line of an event of which no request can be made.
pub fn write_refused_event(request_id: &str, status: u16, code: &'static str) {
    tracing::info!(request_id, status, code, "request");
}
