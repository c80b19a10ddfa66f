//! What has to be true of every answer.

use serde_json::Value;

use crate::MARK;

/// An answer of a function, as API Gateway gets it.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u64,
    /// The body; empty where there is none.
    pub body: String,
    headers: Value,
    cookie: Option<String>,
}

impl Answer {
    /// Reads an answer and checks it against the contract.
    pub fn read(json: &str) -> Self {
        let answer: Value = serde_json::from_str(json).expect("an answer is JSON");
        let status = answer["statusCode"].as_u64().expect("an answer has a status");
        assert_eq!(answer["isBase64Encoded"], false, "{answer}");
        let body = answer["body"].as_str().unwrap_or_default().to_owned();
        let cookie = answer["cookies"][0].as_str().map(str::to_owned);
        let answer = Self { status, body, headers: answer["headers"].clone(), cookie };
        answer.check();
        answer
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers[name].as_str()
    }

    /// The cookie that it sets or clears.
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Fails where the answer is a 5xx that nothing in the input accounts for.
    pub fn must_not_be_a_server_error(&self) {
        assert!(self.status < 500, "{self:?}");
    }

    /// Fails where the answer is a 5xx and yet not the one of a store that is away.
    pub fn may_say_that_the_store_is_away(&self) {
        if self.status >= 500 {
            let code = self.json()["code"].clone();
            let says_so = (self.status, code.as_str()) == (503, Some("unavailable"));
            let says_so_as_xano = (self.status, code.as_str()) == (500, Some("ERROR_FATAL"))
                && self.json()["message"] == "Try again after the time in Retry-After.";
            assert!(says_so || says_so_as_xano, "{self:?}");
        }
    }

    fn check(&self) {
        let cache = self.header("cache-control");
        let may_be_cached = self.status == 200 && cache == Some("public, max-age=300");
        assert!(may_be_cached || cache == Some("no-store"), "{self:?}");
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"), "{self:?}");
        // A sign-up that waits has a body beside its 202, and a mail that was asked for has none.
        if [204, 302].contains(&self.status) || (self.status == 202 && self.body.is_empty()) {
            return assert!(self.body.is_empty(), "{self:?}");
        }
        let body = self.json();
        if self.status < 300 {
            assert!([200, 201, 202].contains(&self.status), "{self:?}");
            assert_eq!(body.get("code"), None, "{self:?}");
            return;
        }
        assert_eq!(self.status == 429 || self.status == 503, self.header("retry-after").is_some(), "{self:?}");
        let code = body["code"].as_str().unwrap_or_else(|| panic!("no code: {self:?}"));
        match self.header("content-type") {
            Some("application/problem+json") => {
                assert!(codes(self.status).contains(&code), "{self:?}");
                assert_eq!(body["status"].as_u64(), Some(self.status), "{self:?}");
            }
            Some("application/json") => {
                assert!(xano_codes(self.status).contains(&code), "{self:?}");
                assert!(body["message"].is_string() && body.get("payload").is_some(), "{self:?}");
                assert_eq!(self.cookie(), None, "{self:?}");
            }
            _ => panic!("an error of no content type: {self:?}"),
        }
        assert!(!self.body.contains(MARK), "an error repeats what was sent: {self:?}");
        assert!(self.body.is_ascii() && self.body.len() < 1000, "{self:?}");
    }
}

/// The codes of our own dialect by status.
fn codes(status: u64) -> &'static [&'static str] {
    match status {
        400 => {
            &["malformed_request", "malformed_body", "unknown_token_transport", "token_transport_required", "no_issuer"]
        }
        401 => &["invalid_credentials", "missing_token", "expired_token", "invalid_token", "invalid_code"],
        403 => &["origin_not_allowed", "reauthentication_required"],
        404 => &["not_found", "unknown_provider", "confirmation_is_off"],
        405 => &["method_not_allowed"],
        409 => &["email_taken", "same_address"],
        413 => &["body_too_large"],
        415 => &["unsupported_media_type"],
        422 => &["validation_failed"],
        429 => &["too_many_attempts"],
        503 => &["unavailable"],
        _ => &[],
    }
}

/// The codes of Xano's dialect by status.
fn xano_codes(status: u64) -> &'static [&'static str] {
    match status {
        400 => &["ERROR_CODE_INPUT_ERROR", "ERROR_CODE_BAD_REQUEST"],
        401 => &["ERROR_CODE_UNAUTHORIZED"],
        403 => &["ERROR_CODE_ACCESS_DENIED"],
        404 => &["ERROR_CODE_NOT_FOUND"],
        429 => &["ERROR_CODE_TOO_MANY_REQUESTS"],
        500 => &["ERROR_FATAL"],
        _ => &[],
    }
}
