//! A request on its way into an event.

use std::net::IpAddr;

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use axum::http::{HeaderMap, Method, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shared::clock::Timestamp;

/// What arrived.
pub(super) struct Incoming {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) source: IpAddr,
    pub(super) request_id: String,
    pub(super) time: Timestamp,
}

impl Incoming {
    /// A header's values, joined as API Gateway joins them. Bytes outside ASCII are kept where they are UTF-8.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let values = self.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let values: Vec<_> = values.collect();
        (!values.is_empty()).then(|| values.join(","))
    }

    /// The host that the request names, without its port.
    pub(super) fn domain_name(&self) -> String {
        let host = self.header(HOST.as_str()).unwrap_or_default();
        host.rsplit_once(':').map_or(host.clone(), |(name, _port)| name.to_owned())
    }

    pub(super) fn user_agent(&self) -> Option<String> {
        self.header(USER_AGENT.as_str())
    }

    /// The body as it stands in an event, and whether that is base64. Text is text; everything else is not.
    pub(super) fn body(&self) -> (Option<String>, bool) {
        if self.body.is_empty() {
            return (None, false);
        }
        match std::str::from_utf8(&self.body) {
            Ok(text) if self.is_textual() => (Some(text.to_owned()), false),
            _ => (Some(STANDARD.encode(&self.body)), true),
        }
    }

    fn is_textual(&self) -> bool {
        let content_type = self.header(CONTENT_TYPE.as_str()).unwrap_or_default().to_ascii_lowercase();
        ["text/", "application/json", "application/javascript", "application/xml"]
            .iter()
            .any(|textual| content_type.starts_with(textual))
    }
}
