//! What a stand-in answers.

use aws_lc_rs::error::Unspecified;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;
use shared::keys::KeyError;
use url::form_urlencoded;

/// A response, and what is printed of it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: String,
    /// The provider's name for what went wrong.
    pub(super) code: Option<&'static str>,
    /// Whether it is held back until no client waits any more.
    pub(super) is_late: bool,
}

impl Answer {
    pub(super) fn new(status: StatusCode, content_type: &'static str, body: String) -> Self {
        let headers = vec![
            (CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        Self { status, headers, body, code: None, is_late: false }
    }

    pub(super) fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status, "application/json; charset=utf-8", body.to_string())
    }

    pub(super) fn form(pairs: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Self::new(StatusCode::OK, "application/x-www-form-urlencoded; charset=utf-8", body)
    }

    pub(super) fn text(status: StatusCode, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{text}\n"))
    }

    /// A redirect that is followed with GET.
    pub(super) fn see_other(location: &str) -> Self {
        let Ok(location) = HeaderValue::from_str(location) else {
            return Self::text(StatusCode::INTERNAL_SERVER_ERROR, "The redirect has no form as a header.");
        };
        Self::text(StatusCode::SEE_OTHER, "Back to the app.").with_header(LOCATION, location)
    }

    /// The same with this header, in place of one that is there.
    pub(super) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(super) fn because(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    pub(super) fn late(self) -> Self {
        Self { code: Some("late"), is_late: true, ..self }
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// The system gave no random numbers.
impl From<Unspecified> for Answer {
    fn from(_error: Unspecified) -> Self {
        Self::text(StatusCode::INTERNAL_SERVER_ERROR, "The system gives no random numbers.")
    }
}

impl From<KeyError> for Answer {
    fn from(error: KeyError) -> Self {
        Self::text(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string())
    }
}
