//! What to send, and what has to come back.

use std::collections::BTreeMap;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{HOST, HeaderName};
use hyper::{Method, Request, Uri};
use serde::Deserialize;

use super::connection::Answer;
use super::error::LoadError;
use super::template::{Row, Template};

/// How much of a wrong answer is shown.
const SHOWN_BYTES: usize = 500;

/// A load. In the headers, the body and the expected text, `{{number}}` stands for the number of the request and
/// `{{name}}` for what its row has by that name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Where to, over plain HTTP.
    pub url: String,
    /// The method.
    pub method: String,
    /// The headers, without `Host` and `Content-Length`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default)]
    pub body: String,
    /// What requests differ in. They take one row after the other, and begin again after the last.
    #[serde(default)]
    pub rows: Vec<BTreeMap<String, String>>,
    /// The number of the first request.
    #[serde(default)]
    pub first_number: u64,
    /// How many connections send at the same time.
    pub connections: usize,
    /// For how many seconds each of them sends before it is measured.
    pub warm_up_seconds: f64,
    /// For how many seconds each of them is measured.
    pub seconds: f64,
    /// The status that every answer must have.
    pub expected_status: u16,
    /// What the body of every answer must contain.
    #[serde(default)]
    pub expected_text: String,
}

/// A plan that is ready to be carried out.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) address: String,
    method: Method,
    path: Uri,
    headers: Vec<(HeaderName, Template)>,
    body: Template,
    rows: Vec<Row>,
    expected_status: u16,
    expected_text: Template,
}

impl Prepared {
    pub(super) fn new(plan: Plan) -> Result<Self, LoadError> {
        let in_order = |result: Result<Template, String>| result.map_err(LoadError::Plan);
        let url: Uri = plan.url.parse().map_err(|error| LoadError::Plan(format!("{}: {error}", plan.url)))?;
        let (Some("http"), Some(authority), Some(path)) = (url.scheme_str(), url.authority(), url.path_and_query())
        else {
            return Err(LoadError::Plan(format!("{url} is not an http URL")));
        };
        let method = Method::from_bytes(plan.method.as_bytes());
        let mut headers = vec![(HOST, in_order(Template::parse(authority.as_str(), &[]))?)];
        for (name, value) in &plan.headers {
            let name = name.parse().map_err(|_error| LoadError::Plan(format!("{name} is no name of a header")))?;
            headers.push((name, in_order(Template::parse(value, &plan.rows))?));
        }
        Ok(Self {
            address: format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(80)),
            method: method.map_err(|error| LoadError::Plan(format!("{}: {error}", plan.method)))?,
            path: Uri::from(path.clone()),
            headers,
            body: in_order(Template::parse(&plan.body, &plan.rows))?,
            expected_status: plan.expected_status,
            expected_text: in_order(Template::parse(&plan.expected_text, &plan.rows))?,
            rows: plan.rows,
        })
    }

    /// The request of this number.
    pub(super) fn request(&self, number: u64) -> Result<Request<Full<Bytes>>, LoadError> {
        let row = self.row(number);
        let mut request = Request::builder().method(self.method.clone()).uri(self.path.clone());
        for (name, value) in &self.headers {
            request = request.header(name, value.fill(number, row));
        }
        let body = Full::new(Bytes::from(self.body.fill(number, row)));
        request.body(body).map_err(|error| LoadError::Plan(error.to_string()))
    }

    /// Refuses any answer but the expected one.
    pub(super) fn check(&self, number: u64, answer: &Answer) -> Result<(), LoadError> {
        let text = self.expected_text.fill(number, self.row(number));
        if answer.status == self.expected_status && contains(&answer.body, text.as_bytes()) {
            return Ok(());
        }
        let shown = answer.body.get(..SHOWN_BYTES).unwrap_or(&answer.body);
        Err(LoadError::WrongAnswer {
            number,
            status: answer.status,
            expected: format!("{} {text}", self.expected_status),
            body: String::from_utf8_lossy(shown).into_owned(),
        })
    }

    fn row(&self, number: u64) -> Option<&Row> {
        let index = usize::try_from(number).unwrap_or_default().checked_rem(self.rows.len())?;
        self.rows.get(index)
    }
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|window| window == text)
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use hyper::body::Bytes;
    use serde_json::json;

    use super::{Answer, Prepared};

    fn prepared() -> Prepared {
        let plan = json!({
            "url": "http://127.0.0.1:1/me?a=1", "method": "GET", "headers": {"authorization": "Bearer {{token}}"},
            "body": "{{number}}", "rows": [{"token": "t0", "email": "e0"}, {"token": "t1", "email": "e1"}],
            "connections": 1, "warm_up_seconds": 0, "seconds": 1, "expected_status": 200, "expected_text": "\"{{email}}\"",
        });
        Prepared::new(serde_json::from_value(plan).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_request_takes_its_number_and_its_row() {
        let request = prepared().request(3).unwrap();
        assert_eq!(request.uri(), "/me?a=1");
        assert_eq!(request.headers()["authorization"], "Bearer t1");
        assert_eq!(request.headers()["host"], "127.0.0.1:1");
        assert_eq!(request.into_body().collect().await.unwrap().to_bytes(), "3");
    }

    #[test]
    fn another_status_and_another_text_are_wrong() {
        let check = |number, status, body: &'static str| {
            prepared().check(number, &Answer { status, body: Bytes::from_static(body.as_bytes()) })
        };
        check(2, 200, r#"{"email":"e0"}"#).unwrap();
        check(3, 200, r#"{"email":"e0"}"#).unwrap_err();
        check(2, 200, "null").unwrap_err();
        check(2, 200, "").unwrap_err();
        check(2, 401, r#"{"email":"e0"}"#).unwrap_err();
    }
}
