//! A client of the API that checks, on every answer, what is true of all of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{OpenApi, Person, assert_log_is_clean, call_from};

/// The API at some address. When a test lets go of it, the log so far must be clean.
#[derive(Debug)]
pub struct Api {
    url: String,
    http: reqwest::Client,
}

/// An answer of the API.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
}

impl Api {
    /// The API at `url`, which has no trailing slash.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self::with(url, reqwest::Client::builder())
    }

    /// The API at `url`, called from `127.0.0.{host}`.
    pub(crate) fn from(url: &str, host: u8) -> Self {
        Self::with(url, call_from(reqwest::Client::builder(), host))
    }

    fn with(url: &str, client: reqwest::ClientBuilder) -> Self {
        let http = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { url: url.to_owned(), http }
    }

    /// Where the API is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A request to be completed and given to [`send`](Self::send).
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// A GET request.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// A POST request.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    /// Sends a request and checks what is true of every answer of a function.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let answer = self.execute(request).await;
        if method != Method::HEAD {
            answer.check_what_is_always_true(&path);
        }
        answer.check_that_it_is_documented(method.as_str(), &path);
        answer
    }

    /// Sends a request that no route serves, and checks that the gateway answers it as API Gateway does.
    pub async fn expect_no_route(&self, request: RequestBuilder) {
        let request = request.build().unwrap();
        let is_head = *request.method() == Method::HEAD;
        let answer = self.execute(request).await.expect(404);
        assert!(is_head || answer.json() == json!({"message": "Not Found"}), "{answer:?}");
    }

    /// Sends a request that the gateway answers by itself.
    pub async fn send_to_gateway(&self, request: RequestBuilder) -> Answer {
        self.execute(request.build().unwrap()).await
    }

    async fn execute(&self, request: reqwest::Request) -> Answer {
        let response = self.http.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap() }
    }

    /// Signs somebody up.
    pub async fn signup(&self, person: &Person) -> Answer {
        self.send(self.post("/auth/signup").json(&person.signup_body())).await
    }

    /// Logs somebody in.
    pub async fn login(&self, person: &Person) -> Answer {
        self.send(self.post("/auth/login").json(&person.login_body())).await
    }

    /// Asks whose this token is.
    pub async fn me(&self, token: &str) -> Answer {
        self.send(self.get("/auth/me").bearer_auth(token)).await
    }

    /// Changes the password of a token's user.
    pub async fn change_password(&self, token: &str, body: &Value) -> Answer {
        self.send(self.post("/auth/password/change").bearer_auth(token).json(body)).await
    }

    /// Deletes the account of a token's user.
    pub async fn delete_account(&self, token: &str, body: &Value) -> Answer {
        self.send(self.post("/auth/account/delete").bearer_auth(token).json(body)).await
    }

    /// Changes the name of a token's user.
    pub async fn update_me(&self, token: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, "/auth/me").bearer_auth(token).json(body)).await
    }

    /// The names of the published keys, the next one last.
    pub async fn published_kids(&self) -> Vec<String> {
        let keys = self.send(self.get("/.well-known/jwks.json")).await.expect(200).json();
        keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    /// Somebody new who has just signed up, and their token.
    pub async fn somebody(&self) -> (Person, String) {
        let person = Person::new();
        let token = self.signup(&person).await.expect(201).token();
        (person, token)
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_log_is_clean();
        }
    }
}

impl Answer {
    /// This answer, where it has this status.
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// This answer, where it is an error with this status and code.
    #[must_use]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.json()["code"], code, "{answer:?}");
        answer
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The token in the body.
    #[must_use]
    pub fn token(&self) -> String {
        self.json()["authToken"].as_str().unwrap_or_else(|| panic!("no token: {self:?}")).to_owned()
    }

    /// The value of a header that comes once, or `None` where it does not come.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let values: Vec<_> = self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
        assert!(values.len() <= 1, "{name} comes more than once: {self:?}");
        values.first().copied()
    }

    /// Each wrong field of a 422 with its code.
    #[must_use]
    pub fn wrong_fields(&self) -> Vec<(String, String)> {
        let errors = self.json()["errors"].as_array().unwrap().clone();
        let text = |error: &Value, member| error[member].as_str().unwrap().to_owned();
        errors.iter().map(|error| (text(error, "field"), text(error, "code"))).collect()
    }

    /// Every answer of a function is in openapi.yaml.
    fn check_that_it_is_documented(&self, method: &str, path: &str) {
        let Some(operation) = OpenApi::operation_at(method, path) else {
            panic!("openapi.yaml lacks {method} {path}: {self:?}");
        };
        let body = serde_json::from_str(&self.text).unwrap_or(Value::Null);
        let is_there = operation.holds(self.status, body["code"].as_str());
        assert!(is_there, "openapi.yaml lacks for {method} {path}: {self:?}");
    }

    fn check_what_is_always_true(&self, path: &str) {
        if path.starts_with("/api:") {
            return self.check_what_is_always_true_in_xanos_dialect();
        }
        if path.starts_with("/auth/") {
            // Which providers there are is the same for everybody.
            let cached = if path == "/auth/oauth" && self.status == 200 { "public, max-age=300" } else { "no-store" };
            assert_eq!(self.header("cache-control"), Some(cached), "{self:?}");
            assert_eq!(self.header("x-content-type-options"), Some("nosniff"), "{self:?}");
        }
        if self.status < 400 {
            let has_code = serde_json::from_str::<Value>(&self.text).is_ok_and(|body| body.get("code").is_some());
            assert!(!has_code, "a success holds no code: {self:?}");
        } else {
            assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
            let problem = self.json();
            assert_eq!(problem["status"], self.status, "{self:?}");
            for member in ["type", "title", "detail", "code"] {
                assert!(problem[member].is_string(), "{member}: {self:?}");
            }
        }
        assert_eq!(self.status == 401, self.headers.contains_key("www-authenticate"), "{self:?}");
        assert_eq!([429, 503].contains(&self.status), self.headers.contains_key("retry-after"), "{self:?}");
    }
}

impl Answer {
    /// This answer, where it is one of Xano's errors with this status, code, message and wrong parameter.
    #[must_use]
    pub fn expect_xano_error(self, status: u16, code: &str, message: &str, param: Option<&str>) -> Self {
        let answer = self.expect(status);
        let payload = param.map_or_else(|| json!(""), |param| json!({"param": param}));
        assert_eq!(answer.json(), json!({"code": code, "message": message, "payload": payload}), "{answer:?}");
        answer
    }

    fn check_what_is_always_true_in_xanos_dialect(&self) {
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self:?}");
        assert_eq!(self.header("set-cookie"), None, "{self:?}");
        assert_eq!(self.status == 429, self.headers.contains_key("retry-after"), "{self:?}");
        let body = self.json();
        let is_error = ["code", "message", "payload"].iter().all(|member| body.get(member).is_some());
        assert_eq!(self.status >= 400, is_error, "{self:?}");
    }
}

/// The name, the value and the attributes (in lower case, sorted) of a cookie.
type SetCookie = (String, String, Vec<String>);

/// The one cookie that an answer sets.
#[must_use]
pub fn set_cookie_of(answer: &Answer) -> SetCookie {
    let mut cookies = set_cookies_of(answer);
    assert_eq!(cookies.len(), 1, "{answer:?}");
    cookies.remove(0)
}

/// The cookies that an answer sets.
#[must_use]
pub fn set_cookies_of(answer: &Answer) -> Vec<SetCookie> {
    answer.headers.get_all("set-cookie").iter().map(|cookie| parse_cookie(cookie.to_str().unwrap())).collect()
}

fn parse_cookie(cookie: &str) -> SetCookie {
    let mut parts = cookie.split("; ");
    let (name, value) = parts.next().unwrap().split_once('=').unwrap();
    let mut attributes: Vec<_> = parts.map(str::to_ascii_lowercase).collect();
    attributes.sort_unstable();
    (name.to_owned(), value.to_owned(), attributes)
}

/// The name of the key that a token was signed with.
#[must_use]
pub fn kid_of(token: &str) -> String {
    header_of(token)["kid"].as_str().unwrap().to_owned()
}

/// A token's claims, unverified.
#[must_use]
pub fn claims_of(token: &str) -> Value {
    part_of(token, 1)
}

/// A token's header.
pub(crate) fn header_of(token: &str) -> Value {
    part_of(token, 0)
}

fn part_of(token: &str, index: usize) -> Value {
    let json = URL_SAFE_NO_PAD.decode(token.split('.').nth(index).unwrap()).unwrap();
    serde_json::from_slice(&json).unwrap()
}
