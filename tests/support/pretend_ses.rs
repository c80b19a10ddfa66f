//! An SES that takes mails or does not.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::watch;

/// What it says to a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SesAnswer {
    /// It takes the mail.
    Take,
    /// It refuses the mail with this exception, and repeats the address in its message, as SES does.
    Refuse(&'static str),
    /// It takes the mail and never says so.
    TakeSilently,
    /// It takes the mail and ends the connection.
    TakeAndClose,
}

/// SES v2's `SendEmail` with raw content, and nothing else.
pub struct PretendSes {
    url: String,
    desk: Desk,
}

#[derive(Clone)]
struct Desk {
    answer: Arc<Mutex<SesAnswer>>,
    requests: watch::Sender<Vec<Value>>,
}

impl PretendSes {
    /// Starts on a free port, and takes every mail. It lives as long as the test's runtime.
    pub async fn start() -> Self {
        let desk = Desk { answer: Arc::new(Mutex::new(SesAnswer::Take)), requests: watch::Sender::new(Vec::new()) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(take).with_state(desk.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, desk }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it says from now on.
    pub fn answer(&self, answer: SesAnswer) {
        *self.desk.answer.lock().unwrap() = answer;
    }

    /// Waits until so many mails have come in all, refused ones included.
    pub async fn has_got(&self, count: usize) {
        let mut requests = self.desk.requests.subscribe();
        requests.wait_for(|requests| requests.len() >= count).await.unwrap();
    }

    /// The mails that came since this was asked last: the requests, with the message as text in `message`.
    #[must_use]
    pub fn take_mails(&self) -> Vec<Value> {
        self.desk.requests.send_replace(Vec::new())
    }
}

async fn take(State(desk): State<Desk>, body: String) -> Response {
    let mut request: Value = serde_json::from_str(&body).unwrap();
    let message = STANDARD.decode(request["Content"]["Raw"]["Data"].as_str().unwrap()).unwrap();
    // Without the soft line breaks of quoted-printable.
    request["message"] = String::from_utf8(message).unwrap().replace("=\r\n", "").into();
    let to = request["Destination"]["ToAddresses"][0].clone();
    desk.requests.send_modify(|requests| requests.push(request));
    let answer = *desk.answer.lock().unwrap();
    match answer {
        SesAnswer::Take => json!({"MessageId": "1"}).to_string().into_response(),
        SesAnswer::Refuse(exception) => {
            let status = match exception {
                "TooManyRequestsException" => StatusCode::TOO_MANY_REQUESTS,
                "InternalServerError" => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::BAD_REQUEST,
            };
            let message = json!({"message": format!("Email address is not verified: {to}")});
            (status, [("x-amzn-errortype", exception)], message.to_string()).into_response()
        }
        SesAnswer::TakeSilently => std::future::pending().await,
        // The connection ends with the task that serves it.
        SesAnswer::TakeAndClose => std::panic::resume_unwind(Box::new("closed on purpose")),
    }
}
