//! A proxy in front of a DynamoDB that remembers what passed through and, on demand, fails as DynamoDB can.

use std::io;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

/// A call to DynamoDB.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The operation, such as `GetItem`.
    pub operation: String,
    /// The request.
    pub body: Value,
}

/// A way to fail.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The call does not reach DynamoDB and fails with this exception.
    Refuse(&'static str),
    /// The transaction does not reach DynamoDB and is cancelled, its last action for this reason.
    Cancel(&'static str),
    /// DynamoDB does what it is told, and its answer is lost.
    LoseAnswer,
    /// DynamoDB does what it is told, and half of its answer arrives.
    CutAnswer,
    /// The call does not reach DynamoDB, and no answer ever comes.
    NeverAnswer,
    /// The call does not reach DynamoDB, and the connection is closed.
    Close,
}

impl Fault {
    /// Everything that can go wrong with a single read.
    #[must_use]
    pub fn of_a_read() -> Vec<Self> {
        vec![
            Self::Refuse("ThrottlingException"),
            Self::Refuse("ProvisionedThroughputExceededException"),
            Self::Refuse("RequestLimitExceeded"),
            Self::Refuse("InternalServerError"),
            Self::Refuse("ResourceNotFoundException"),
            Self::CutAnswer,
            Self::NeverAnswer,
            Self::Close,
        ]
    }

    /// Everything that can go wrong with a transaction.
    #[must_use]
    pub fn of_a_transaction() -> Vec<Self> {
        let more = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "ValidationError"];
        let more = more.map(Self::Cancel).into_iter().chain([
            Self::Refuse("TransactionInProgressException"),
            Self::Refuse("IdempotentParameterMismatchException"),
            Self::LoseAnswer,
        ]);
        Self::of_a_read().into_iter().chain(more).collect()
    }
}

/// Passes calls on and remembers them.
#[derive(Clone, Debug)]
pub struct DynamoDbProxy {
    url: String,
    state: Arc<Mutex<ProxyState>>,
}

#[derive(Debug, Default)]
struct ProxyState {
    calls: Vec<Recorded>,
    faults: Vec<(&'static str, usize, Fault)>,
    ended: bool,
}

#[derive(Clone)]
struct Target {
    url: String,
    http: reqwest::Client,
    state: Arc<Mutex<ProxyState>>,
}

impl DynamoDbProxy {
    /// Starts a proxy for the DynamoDB at `url`. It lives as long as the test's runtime.
    pub async fn start(url: &str) -> Self {
        let state = Arc::default();
        let target = Target { url: url.to_owned(), http: reqwest::Client::new(), state: Arc::clone(&state) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass_on).with_state(target);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, state }
    }

    /// Where the proxy listens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lets the next `times` calls of `operation` fail.
    pub fn fail(&self, operation: &'static str, times: usize, fault: Fault) {
        self.state.lock().unwrap().faults.push((operation, times, fault));
    }

    /// Ends every connection from now on before it has an answer.
    pub fn end(&self) {
        self.state.lock().unwrap().ended = true;
    }

    /// Lets no call fail from now on.
    pub fn heal(&self) {
        self.state.lock().unwrap().faults.clear();
    }

    /// What passed through since this was asked last.
    #[must_use]
    pub fn take_calls(&self) -> Vec<Recorded> {
        std::mem::take(&mut self.state.lock().unwrap().calls)
    }
}

impl ProxyState {
    fn record(&mut self, call: Recorded) -> Option<Fault> {
        if self.ended {
            return Some(Fault::Close);
        }
        let due = self.faults.iter_mut().find(|(operation, times, _)| *operation == call.operation && *times > 0);
        let fault = due.map(|(_, times, fault)| {
            *times -= 1;
            fault.clone()
        });
        self.calls.push(call);
        fault
    }
}

async fn pass_on(State(target): State<Target>, mut headers: HeaderMap, body: Bytes) -> Response {
    let operation = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let operation = operation.rsplit('.').next().unwrap_or_default().to_owned();
    let call = Recorded { operation, body: serde_json::from_slice(&body).unwrap_or_default() };
    let fault = target.state.lock().unwrap().record(call);
    match fault {
        Some(Fault::Refuse(exception)) => return exception_answer(exception, json!({})),
        Some(Fault::Cancel(reason)) => {
            let reasons = json!({"CancellationReasons": [{"Code": "None"}, {"Code": reason}]});
            return exception_answer("TransactionCanceledException", reasons);
        }
        Some(Fault::NeverAnswer) => std::future::pending().await,
        // The connection ends with the task that serves it.
        Some(Fault::Close) => std::panic::resume_unwind(Box::new("closed on purpose")),
        Some(Fault::LoseAnswer | Fault::CutAnswer) | None => {}
    }
    headers.remove("host");
    let Ok(answer) = target.http.post(&target.url).headers(headers).body(body).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove("transfer-encoding");
    let body = answer.bytes().await.unwrap();
    match fault {
        None => (status, headers, body).into_response(),
        Some(Fault::CutAnswer) => (status, headers, cut(&body)).into_response(),
        Some(_) => exception_answer("InternalServerError", json!({})),
    }
}

/// A body that ends with an error where half of it has been sent; the headers promise the whole.
fn cut(body: &Bytes) -> Body {
    let half = body.slice(..body.len() / 2);
    Body::from_stream(stream::iter([Ok(half), Err(io::Error::other("cut on purpose"))]))
}

fn exception_answer(exception: &str, mut body: Value) -> Response {
    body["__type"] = format!("com.amazonaws.dynamodb.v20120810#{exception}").into();
    let status = if exception == "InternalServerError" { 500 } else { 400 };
    let headers = [("content-type", "application/x-amz-json-1.0")];
    (StatusCode::from_u16(status).unwrap(), headers, body.to_string()).into_response()
}
