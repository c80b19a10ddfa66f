//! The API under test, over HTTP.

use std::time::Duration;

use reqwest::header::{COOKIE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::advice;
use super::documents::DISCOVERY;

/// Lambda ends a function after 15 seconds, and the first request starts one.
const TIMEOUT: Duration = Duration::from_secs(25);

/// What is not right, and what to do about it.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) seen: String,
    pub(super) advice: String,
}

impl Wrong {
    pub(super) fn new(seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { seen: seen.into(), advice: advice.into() }
    }
}

/// An API at its URL.
#[derive(Debug)]
pub(crate) struct Site {
    url: String,
    http: reqwest::Client,
}

impl Site {
    /// The API at `url`, which has no trailing slash.
    pub(crate) fn at(url: String) -> Result<Self, reqwest::Error> {
        // A redirect would hide that the URL is not the API's.
        let http = reqwest::Client::builder().timeout(TIMEOUT).redirect(Policy::none()).build()?;
        Ok(Self { url, http })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// `GET /auth/me` with a bearer token.
    pub(super) fn with_token(&self, token: &str) -> RequestBuilder {
        self.get("/auth/me").bearer_auth(token)
    }

    /// `GET /auth/me` with a cookie, as `name=value`.
    pub(super) fn with_cookie(&self, cookie: &str) -> RequestBuilder {
        self.get("/auth/me").header(COOKIE, cookie)
    }

    /// Whether anything responds.
    pub(super) async fn reach(&self) -> Result<(), Wrong> {
        send(self.get(DISCOVERY)).await.map(drop)
    }
}

/// A response.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

/// Sends a request. The body is null if it is not JSON.
pub(super) async fn send(request: RequestBuilder) -> Result<Answer, Wrong> {
    let response = request.send().await.map_err(advice::of_error)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.map_err(advice::of_error)?;
    Ok(Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default() })
}

/// Sees that a response has this status and this code.
pub(super) fn expect_code(answer: Answer, status: u16, code: &str) -> Result<(), Wrong> {
    let answer = answer.expect(status)?;
    if answer.code() == Some(code) { Ok(()) } else { Err(answer.unexpected()) }
}

impl Answer {
    /// This response, if it has this status.
    pub(super) fn expect(self, status: u16) -> Result<Self, Wrong> {
        if self.status == status { Ok(self) } else { Err(self.unexpected()) }
    }

    /// What is wrong with this response, which should have been another.
    pub(super) fn unexpected(&self) -> Wrong {
        Wrong::new(format!("the response was {}", self.in_short()), advice::of_answer(self))
    }

    /// The code of an error of Latchkey's.
    pub(super) fn code(&self) -> Option<&str> {
        self.text("code")
    }

    /// A member of the body that is a string.
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        self.body.get(member)?.as_str()
    }

    /// A header, if it comes once and is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    }

    /// The status and the error, without anything that may be secret.
    fn in_short(&self) -> String {
        match (self.code(), self.text("message")) {
            (Some(code), _) if self.status >= 400 => format!("{} {code}", self.status),
            (None, Some(message)) if self.status >= 400 => format!("{} {{\"message\":\"{message}\"}}", self.status),
            _ => self.status.to_string(),
        }
    }
}
