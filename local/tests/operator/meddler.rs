//! A proxy in front of a deployment that changes what passes through.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use reqwest::redirect::Policy;
use tokio::net::TcpListener;

/// What the proxy does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meddling {
    /// Nothing.
    None,
    /// It drops a header of requests.
    DropsFromRequests(&'static str),
    /// It drops a header of responses.
    DropsFromResponses(&'static str),
    /// It sets a header of every response.
    SetsInResponses(&'static str, &'static str),
    /// It answers preflights by itself, as a function that knows no `OPTIONS`.
    AnswersPreflights,
    /// It has the key set of another deployment.
    ServesKeysOfAnother,
    /// It accepts log-outs and does not pass them on.
    ForgetsLogOuts,
    /// It answers whatever goes to this path with an empty object.
    Answers(&'static str),
    /// The routes for mails and codes answer as those of a deployment without mail.
    HasNoMail,
}

/// A proxy that has a URL and serves nothing yet.
pub(crate) struct Meddler {
    listener: TcpListener,
    url: String,
}

/// A proxy that serves for as long as the test runs.
pub(crate) struct Front {
    url: String,
    meddling: Arc<Mutex<Meddling>>,
}

#[derive(Clone)]
struct Between {
    http: reqwest::Client,
    deployment: String,
    other: String,
    meddling: Arc<Mutex<Meddling>>,
}

impl Meddler {
    pub(crate) async fn bind() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self { listener, url }
    }

    /// Where it will serve.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Serves one deployment, and another one's key set if it is told to.
    pub(crate) fn serve(self, deployment: &str, other: &str) -> Front {
        let meddling = Arc::new(Mutex::new(Meddling::None));
        let between = Between {
            // A redirect is for the client.
            http: reqwest::Client::builder().redirect(Policy::none()).build().unwrap(),
            deployment: deployment.to_owned(),
            other: other.to_owned(),
            meddling: Arc::clone(&meddling),
        };
        let router = Router::new().fallback(pass_on).with_state(between);
        tokio::spawn(async move { axum::serve(self.listener, router).await });
        Front { url: self.url, meddling }
    }
}

impl Front {
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Does this from now on, and nothing else.
    pub(crate) fn meddle(&self, meddling: Meddling) {
        *self.meddling.lock().unwrap() = meddling;
    }
}

fn is_for_mail(path: &str) -> bool {
    path.starts_with("/auth/email/") || ["/auth/password/forgot", "/auth/password/reset"].contains(&path)
}

async fn pass_on(
    State(between): State<Between>,
    method: Method,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response {
    let meddling = *between.meddling.lock().unwrap();
    let mut target = &between.deployment;
    match meddling {
        Meddling::DropsFromRequests(name) => drop(headers.remove(name)),
        Meddling::AnswersPreflights if method == Method::OPTIONS => {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        Meddling::Answers(path) if uri.path() == path => return (StatusCode::OK, "{}").into_response(),
        Meddling::HasNoMail if is_for_mail(uri.path()) => {
            return (StatusCode::NOT_FOUND, r#"{"code":"mail_is_off"}"#).into_response();
        }
        Meddling::ServesKeysOfAnother if uri.path().ends_with("/jwks.json") => target = &between.other,
        Meddling::ForgetsLogOuts if uri.path() == "/auth/logout" && !headers.contains_key("origin") => {
            return StatusCode::NO_CONTENT.into_response();
        }
        _ => {}
    }
    headers.remove("host");
    let request = between.http.request(method, format!("{target}{uri}")).headers(headers).body(body);
    let response = request.send().await.unwrap();
    let (status, mut headers) = (response.status(), response.headers().clone());
    headers.remove("transfer-encoding");
    match meddling {
        Meddling::DropsFromResponses(name) => drop(headers.remove(name)),
        Meddling::SetsInResponses(name, value) => drop(headers.insert(name, HeaderValue::from_static(value))),
        _ => {}
    }
    (status, headers, response.bytes().await.unwrap()).into_response()
}
