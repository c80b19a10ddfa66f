//! A request on its way into an event.

use std::net::IpAddr;

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use axum::http::uri::Authority;
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
        host.parse::<Authority>().map_or(host, |authority| authority.host().to_owned())
    }

    /// The time as API Gateway writes it, such as `14/Nov/2023:22:13:20 +0000`.
    pub(super) fn written_time(&self) -> Option<String> {
        let time = DateTime::from_secs(i64::try_from(self.time.as_secs()).ok()?);
        let http_date = time.fmt(DateTimeFormat::HttpDate).ok()?;
        let mut parts = http_date.split(' ').skip(1);
        let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(format!("{day}/{month}/{year}:{time} +0000"))
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

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::http::{HeaderMap, HeaderValue, Method, Uri};
    use shared::clock::Timestamp;

    use super::Incoming;

    #[test]
    fn the_domain_is_the_host_without_its_port() {
        for (host, domain) in [
            ("localhost:3000", "localhost"),
            ("api.example.com", "api.example.com"),
            ("[::1]:3000", "[::1]"),
            ("[::1]", "[::1]"),
            ("a b", "a b"),
            ("", ""),
        ] {
            let incoming = Incoming {
                method: Method::GET,
                uri: Uri::from_static("/"),
                headers: HeaderMap::from_iter([("host".parse().unwrap(), HeaderValue::from_static(host))]),
                body: Bytes::new(),
                source: [127, 0, 0, 1].into(),
                request_id: String::new(),
                time: Timestamp::from_millis(0),
            };
            assert_eq!(incoming.domain_name(), domain, "{host}");
        }
    }
}
