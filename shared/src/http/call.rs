//! A request, as the handlers see it.

use std::fmt;
use std::future::Future;
use std::sync::{Mutex, OnceLock, PoisonError};

use lambda_http::Body;
use lambda_http::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, USER_AGENT};
use lambda_http::http::{HeaderMap, HeaderValue, Method};
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt as _};

use super::header::{ascii, only_value};
use super::problem::{MALFORMED_REQUEST, NO_ISSUER, ORIGIN_REQUIRED, TOKEN_TRANSPORT_REQUIRED};
use super::{
    Dialect, HttpConfig, Members, Pattern, PresentedToken, Problem, Query, RefreshCookie, TokenTransport, body,
};
use crate::clock::Timestamp;
use crate::domain::{EmailAddress, Provider, Source, SourceDigest, User, UserId};
use crate::logging::{Part, Timings};
use crate::mail::{Intent, IntentId, Languages, Notice, PersonDevice, Subject};
use crate::tokens::Issuer;

/// A request after the gateway's event is taken apart.
pub struct Call {
    pub(super) dialect: Dialect,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) request_id: String,
    pub(super) source: Option<Source>,
    /// The pattern of the route that serves it, once that is found.
    pub(super) pattern: Option<Pattern>,
    behind_proxy: bool,
    body: Body,
    issuer: Option<Issuer>,
    query: String,
    cookie_prefix: &'static str,
    token_cookie: String,
    refresh_cookie: String,
    noted: Noted,
}

/// A request may hold a secret anywhere, so the debug form shows the path's pattern alone.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("pattern", &self.pattern).finish_non_exhaustive()
    }
}

/// What a handler learned that belongs into the request's line of the log.
#[derive(Debug, Default)]
struct Noted {
    user_id: OnceLock<UserId>,
    email_digest: OnceLock<String>,
    source_digest: OnceLock<SourceDigest>,
    provider: OnceLock<Provider>,
    timings: Timings,
    counts: Mutex<Vec<&'static str>>,
}

impl Call {
    /// Takes an event apart. What the event lacks is missing here too.
    pub(super) fn of_request(request: Request, config: &HttpConfig) -> Self {
        let Gateway { request_id, stage, domain_name, source_ip } = Gateway::of_request(&request);
        let path = relative_path(request.raw_http_path(), stage.as_deref(), config.issuer.as_ref());
        let (dialect, path) = Dialect::of_path(&path);
        let path = path.to_owned();
        let issuer = config.issuer.clone().or_else(|| domain_name.as_deref().and_then(Issuer::of_domain));
        let query = request.uri().query().unwrap_or_default().to_owned();
        let (parts, body) = request.into_parts();
        let source = match &config.trusted_proxy {
            None => source_ip.and_then(|address| address.parse().ok()),
            Some(proxy) => only_value(&parts.headers, proxy.address_header())
                .and_then(ascii)
                .and_then(|value| proxy.address_in(value)),
        };
        Self {
            dialect,
            method: parts.method,
            path,
            headers: parts.headers,
            request_id: request_id.unwrap_or_default(),
            source: source.map(Source::of),
            pattern: None,
            behind_proxy: config.trusted_proxy.is_some(),
            body,
            issuer,
            query,
            cookie_prefix: config.cookies.prefix(),
            token_cookie: config.cookies.token_cookie_name(),
            refresh_cookie: config.cookies.refresh_cookie_name(),
            noted: Noted::default(),
        }
    }

    /// The value of a header that may come once. Repeated or non-ASCII headers read as `""`.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        only_value(&self.headers, name).map(|value| ascii(value).unwrap_or_default())
    }

    /// Where the request comes from: what the gateway says, or the proxy in front of it, and never a header that a
    /// caller can write.
    pub fn source(&self) -> Result<Source, Problem> {
        let unknown = if self.behind_proxy { ORIGIN_REQUIRED } else { MALFORMED_REQUEST };
        self.source.ok_or(unknown)
    }

    /// Who issues the tokens of this request.
    pub fn issuer(&self) -> Result<&Issuer, Problem> {
        self.issuer.as_ref().ok_or_else(|| {
            tracing::error!("ISSUER is not set and the event carries no domainName");
            NO_ISSUER
        })
    }

    /// Where the caller wants the token to be.
    pub fn token_transport(&self) -> Result<TokenTransport, Problem> {
        if self.dialect == Dialect::Xano {
            return Ok(TokenTransport::Body);
        }
        TokenTransport::of_header(self.header(TokenTransport::HEADER))
    }

    /// The token that the caller presents, if any.
    #[must_use]
    pub fn presented_token(&self) -> Option<PresentedToken<'_>> {
        match self.dialect {
            Dialect::Native => PresentedToken::of_headers(&self.headers, &self.token_cookie),
            Dialect::Xano => PresentedToken::of_xano_headers(&self.headers),
        }
    }

    /// Whether the presented token may change something. One in a cookie needs the header: no form can send that, and a
    /// browser asks first whether a page may.
    pub fn check_token_transport(&self, transport: TokenTransport) -> Result<(), Problem> {
        let in_cookie = matches!(self.presented_token(), Some(PresentedToken::Cookie(_)));
        if in_cookie && transport != TokenTransport::Cookie { Err(TOKEN_TRANSPORT_REQUIRED) } else { Ok(()) }
    }

    /// The refresh token that the request carries in the cookie, if any.
    #[must_use]
    pub fn refresh_cookie(&self) -> RefreshCookie<'_> {
        RefreshCookie::of_headers(&self.headers, &self.refresh_cookie)
    }

    /// The value of a cookie that is neither of the two. Several of one name are none: a sibling host may have planted one.
    #[must_use]
    pub fn only_cookie(&self, name: &str) -> Option<&str> {
        match RefreshCookie::of_headers(&self.headers, &format!("{}{name}", self.cookie_prefix)) {
            RefreshCookie::One(value) => Some(value),
            RefreshCookie::None | RefreshCookie::Several => None,
        }
    }

    /// What the client says it is. Anyone can write anything here.
    #[must_use]
    pub fn user_agent(&self) -> Option<&[u8]> {
        self.headers.get(USER_AGENT).map(HeaderValue::as_bytes)
    }

    /// The languages that the caller prefers. Repeated headers are none.
    #[must_use]
    pub fn languages(&self) -> Languages {
        self.header(ACCEPT_LANGUAGE.as_str()).map(Languages::of_header).unwrap_or_default()
    }

    /// A mail to this address that the request asks for.
    #[must_use]
    pub fn intent(&self, subject: Subject, email: EmailAddress, now: Timestamp) -> Intent {
        let device = self.user_agent().map(PersonDevice::of_user_agent).unwrap_or_default();
        Intent { id: IntentId::generate(now), subject, email, languages: self.languages(), device, at: now }
    }

    /// A notice to a user, if their address was proved: to any other it would tell a stranger.
    #[must_use]
    pub fn notice(&self, notice: Notice, user: &User, now: Timestamp) -> Option<Intent> {
        let email = user.address().ok()?.filter(|_email| user.email_verified)?;
        Some(self.intent(Subject::Notice(notice), email, now))
    }

    /// Whether the dialect knows sign-ups that wait for a code.
    #[must_use]
    pub fn may_wait_for_code(&self) -> bool {
        self.dialect == Dialect::Native
    }

    /// Whether the dialect knows sessions.
    #[must_use]
    pub fn may_have_sessions(&self) -> bool {
        self.dialect == Dialect::Native
    }

    /// Whether an account may be made without a name.
    #[must_use]
    pub fn may_omit_name(&self) -> bool {
        self.dialect == Dialect::Xano
    }

    /// The body: a JSON object or, in Xano's dialect, a form.
    pub fn members(&self) -> Result<Members, Problem> {
        body::read(self.dialect, only_value(&self.headers, CONTENT_TYPE), &self.body)
    }

    /// The body, which may be absent.
    pub fn optional_members(&self) -> Result<Option<Members>, Problem> {
        if self.body.is_empty() { Ok(None) } else { self.members().map(Some) }
    }

    /// The query.
    pub fn query(&self) -> Result<Query, Problem> {
        Query::parse(&self.query)
    }

    /// The segment of the path that stands at this parameter of the route. It is not percent-decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.pattern.and_then(|pattern| pattern.parameter(&self.path, name))
    }

    /// Notes for the log how long a part takes that waits.
    pub async fn timed<T>(&self, part: Part, work: impl Future<Output = T>) -> T {
        self.noted.timings.timed(part, work).await
    }

    /// Notes for the log how long a part takes that does not wait.
    pub fn timed_now<T>(&self, part: Part, work: impl FnOnce() -> T) -> T {
        self.noted.timings.timed_now(part, work)
    }

    /// Counts the request for a metric, such as `log_ins`.
    pub fn count(&self, metric: &'static str) {
        self.noted.counts.lock().unwrap_or_else(PoisonError::into_inner).push(metric);
    }

    /// Notes for the log whose request this is.
    pub fn note_user(&self, id: &UserId) {
        let _ = self.noted.user_id.set(id.clone());
    }

    /// Notes for the log which email address the request names, as a digest.
    pub fn note_email_digest(&self, digest: String) {
        let _ = self.noted.email_digest.set(digest);
    }

    /// Notes for the log where the request comes from, as a digest.
    pub fn note_source_digest(&self, digest: SourceDigest) {
        let _ = self.noted.source_digest.set(digest);
    }

    /// Notes for the log through which provider somebody signs in.
    pub fn note_provider(&self, provider: Provider) {
        let _ = self.noted.provider.set(provider);
    }

    pub(super) fn timings(&self) -> &Timings {
        &self.noted.timings
    }

    pub(super) fn counted(&self) -> Vec<&'static str> {
        self.noted.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn user_id(&self) -> Option<&str> {
        self.noted.user_id.get().map(UserId::as_str)
    }

    pub(super) fn email_digest(&self) -> Option<&str> {
        self.noted.email_digest.get().map(String::as_str)
    }

    pub(super) fn source_digest(&self) -> Option<&str> {
        self.noted.source_digest.get().map(SourceDigest::as_str)
    }

    pub(super) fn provider(&self) -> Option<&'static str> {
        self.noted.provider.get().map(|provider| provider.as_str())
    }
}

/// What the gateway says about a request.
#[derive(Default)]
struct Gateway {
    request_id: Option<String>,
    stage: Option<String>,
    domain_name: Option<String>,
    source_ip: Option<String>,
}

impl Gateway {
    fn of_request(request: &Request) -> Self {
        match request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => Self {
                request_id: context.request_id.clone(),
                stage: context.stage.clone(),
                domain_name: context.domain_name.clone(),
                source_ip: context.http.source_ip.clone(),
            },
            _ => Self::default(),
        }
    }
}

/// The path below the stage and the issuer's own path, without a trailing slash. Events of format 2.0 carry a named
/// stage in their path, and a base-path mapping stands in front of it.
fn relative_path(raw: &str, stage: Option<&str>, issuer: Option<&Issuer>) -> String {
    let below_stage = stage.and_then(|stage| below(raw, &format!("/{stage}"))).unwrap_or(raw);
    let below_issuer = issuer.and_then(|issuer| below(below_stage, issuer.path())).unwrap_or(below_stage);
    below_issuer.strip_suffix('/').unwrap_or(below_issuer).to_owned()
}

/// What follows `prefix`, where `path` goes on below it.
fn below<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    path.strip_prefix(prefix).filter(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::relative_path;
    use crate::tokens::Issuer;

    #[test]
    fn stage_issuer_path_and_trailing_slash_are_stripped() {
        let issuer = Issuer::parse("https://example.com/base");
        for (raw, stage, issuer, expected) in [
            ("/auth/me", None, None, "/auth/me"),
            ("/auth/me/", Some("$default"), None, "/auth/me"),
            ("/prod/auth/me", Some("prod"), None, "/auth/me"),
            ("/production/auth/me", Some("prod"), None, "/production/auth/me"),
            ("/auth/me", Some("prod"), None, "/auth/me"),
            ("/base/auth/me", None, issuer.as_ref(), "/auth/me"),
            ("/prod/base/auth/me", Some("prod"), issuer.as_ref(), "/auth/me"),
            ("/auth/me", None, issuer.as_ref(), "/auth/me"),
            ("/", None, None, ""),
            ("", None, None, ""),
        ] {
            assert_eq!(relative_path(raw, stage, issuer), expected, "{raw} {stage:?}");
        }
    }
}
