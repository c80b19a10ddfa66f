//! A proxy in front of a DynamoDB that remembers what passed through and, on demand, fails as DynamoDB can.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use shared::clock::Timestamp;
use shared::store::LocalDynamoDb;
use tokio::sync::{Notify, oneshot};

/// A function waits 1.2 seconds for each answer.
const LATE: Duration = Duration::from_millis(1500);
const SLOW: Duration = Duration::from_millis(300);
/// How long a test waits for calls that never come before it fails.
const HELD_CALLS_COME_WITHIN: Duration = Duration::from_secs(20);
/// What every operation begins with.
const ANY_OPERATION: &str = "";

/// A call to DynamoDB.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The operation, such as `GetItem`.
    pub operation: String,
    /// The request.
    pub body: Value,
}

impl Recorded {
    /// The operation with its table or, of a transaction, with its actions and their tables.
    #[must_use]
    pub fn shape(&self) -> String {
        let table = |call: &Value| call["TableName"].as_str().unwrap_or_default().to_owned();
        let parts = self.body["TransactItems"].as_array().into_iter().flatten();
        let actions = parts.flat_map(|part| part.as_object().into_iter().flatten());
        let actions = actions.map(|(kind, call)| format!("{kind} {}", table(call)));
        let named: Vec<_> = [self.operation.clone(), table(&self.body)].into_iter().chain(actions).collect();
        named.join(" ")
    }
}

/// A way to fail.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The call does not reach DynamoDB and fails with this exception.
    Refuse(&'static str),
    /// The transaction does not reach DynamoDB and is cancelled, its last action for this reason.
    Cancel(&'static str),
    /// The batch of writes does not reach DynamoDB, and the answer says that none of it was done.
    LeaveUnprocessed,
    /// DynamoDB does what it is told, and its answer is lost.
    LoseAnswer,
    /// DynamoDB does what it is told, and half of its answer arrives.
    CutAnswer,
    /// DynamoDB does what it is told, and its answer comes when the caller has given up on it.
    AnswerLate,
    /// DynamoDB does what it is told, and its answer comes slowly but in time.
    AnswerSlowly,
    /// The first two attempts of the SDK get no answer, and that of the third comes slowly but in time.
    AnswerTheLastAttempt,
    /// The call does not reach DynamoDB, and no answer ever comes.
    NeverAnswer,
    /// The call does not reach DynamoDB, and the connection is closed.
    Close,
    /// The call reaches DynamoDB when the test says so.
    Hold(Held),
}

/// Calls on their way.
#[derive(Clone, Debug, Default)]
pub struct Held {
    calls: Arc<Mutex<Vec<oneshot::Sender<()>>>>,
    arrived: Arc<Notify>,
}

impl Held {
    /// Waits until so many calls are at the proxy, all at the same time. Where fewer come, the test fails after a while.
    pub async fn reached(&self, count: usize) {
        let all = async {
            while self.calls.lock().unwrap().len() < count {
                self.arrived.notified().await;
            }
        };
        let all = tokio::time::timeout(HELD_CALLS_COME_WITHIN, all).await;
        let came = self.calls.lock().unwrap().len();
        assert!(all.is_ok(), "{count} calls at once were expected, and {came} came");
    }

    /// Lets the calls go on that are at the proxy.
    pub fn release(&self) {
        for call in self.calls.lock().unwrap().drain(..) {
            let _ = call.send(());
        }
    }

    async fn wait(&self) {
        let (release, released) = oneshot::channel();
        self.calls.lock().unwrap().push(release);
        self.arrived.notify_one();
        let _ = released.await;
    }
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
            Self::AnswerLate,
            Self::NeverAnswer,
            Self::Close,
        ]
    }

    /// Everything that can go wrong with a single write.
    #[must_use]
    pub fn of_a_write() -> Vec<Self> {
        Self::of_a_read().into_iter().chain([Self::LoseAnswer]).collect()
    }

    /// Whether DynamoDB does what it is told although the caller does not learn of it.
    #[must_use]
    pub fn is_done_all_the_same(&self) -> bool {
        matches!(self, Self::LoseAnswer | Self::CutAnswer | Self::AnswerLate | Self::AnswerSlowly)
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
    dynamodb: LocalDynamoDb,
    target: LocalDynamoDb,
    state: Arc<Mutex<ProxyState>>,
}

#[derive(Debug, Default)]
struct ProxyState {
    calls: Vec<Recorded>,
    faults: Vec<Due>,
    ended: bool,
    /// The `Date` of every answer, if it is not the right one.
    date: Option<String>,
}

/// A fault that waits for its calls.
#[derive(Debug)]
struct Due {
    operation: &'static str,
    part: String,
    times: usize,
    fault: Fault,
}

#[derive(Clone)]
struct Target {
    url: String,
    http: reqwest::Client,
    state: Arc<Mutex<ProxyState>>,
}

impl DynamoDbProxy {
    /// Starts a proxy for a DynamoDB. It lives as long as the test's runtime.
    pub async fn start(target: &LocalDynamoDb) -> Self {
        let state = Arc::default();
        let behind = Target { url: target.url().to_owned(), http: reqwest::Client::new(), state: Arc::clone(&state) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let dynamodb = target.at(format!("http://{}", listener.local_addr().unwrap()));
        let router = Router::new().fallback(pass_on).with_state(behind);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { dynamodb, target: target.clone(), state }
    }

    /// The DynamoDB as it is called through the proxy.
    #[must_use]
    pub fn dynamodb(&self) -> &LocalDynamoDb {
        &self.dynamodb
    }

    /// The DynamoDB behind it.
    #[must_use]
    pub fn target(&self) -> &LocalDynamoDb {
        &self.target
    }

    /// Holds the next call of `operation`, and nothing else.
    #[must_use]
    pub fn hold_next(&self, operation: &'static str) -> Held {
        self.hold(operation, 1)
    }

    /// Holds every call from now on, until [`heal`](Self::heal).
    #[must_use]
    pub fn hold_all(&self) -> Held {
        self.hold(ANY_OPERATION, usize::MAX)
    }

    /// Holds the next `times` calls of `operation` whose request holds this part.
    #[must_use]
    pub fn hold_calls(&self, operation: &'static str, part: &str, times: usize) -> Held {
        let held = Held::default();
        self.push(operation, part, times, Fault::Hold(held.clone()));
        held
    }

    fn hold(&self, operation: &'static str, times: usize) -> Held {
        self.hold_calls(operation, "", times)
    }

    /// Lets the next `times` calls of `operation` fail.
    pub fn fail(&self, operation: &'static str, times: usize, fault: Fault) {
        self.fail_call((operation, ""), times, fault);
    }

    /// Lets the next `times` calls of an operation fail whose request holds this part, such as a table or a key.
    pub fn fail_call(&self, (operation, part): (&'static str, &'static str), times: usize, fault: Fault) {
        self.push(operation, part, times, fault);
    }

    /// The same for calls that name this key.
    pub fn fail_key(&self, operation: &'static str, key: &str, times: usize, fault: Fault) {
        self.push(operation, key, times, fault);
    }

    fn push(&self, operation: &'static str, part: &str, times: usize, fault: Fault) {
        self.state.lock().unwrap().faults.push(Due { operation, part: part.to_owned(), times, fault });
    }

    /// Ends every connection from now on before it has an answer.
    pub fn end(&self) {
        self.state.lock().unwrap().ended = true;
    }

    /// Dates every answer from now on at this time.
    pub fn set_date(&self, at: Timestamp) {
        let date = DateTime::from_secs(i64::try_from(at.as_secs()).unwrap()).fmt(DateTimeFormat::HttpDate);
        self.state.lock().unwrap().date = Some(date.unwrap());
    }

    /// Lets no call fail or wait from now on.
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
        let request = call.body.to_string();
        let mut faults = self.faults.iter_mut();
        let due = faults
            .find(|due| call.operation.starts_with(due.operation) && due.times > 0 && request.contains(&due.part));
        let fault = due.map(|due| {
            due.times -= 1;
            due.fault.clone()
        });
        self.calls.push(call);
        fault
    }
}

async fn pass_on(State(target): State<Target>, headers: HeaderMap, body: Bytes) -> Response {
    let operation = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let operation = operation.rsplit('.').next().unwrap_or_default().to_owned();
    let call = Recorded { operation, body: serde_json::from_slice(&body).unwrap_or_default() };
    let writes = call.body["RequestItems"].clone();
    let fault = target.state.lock().unwrap().record(call);
    match &fault {
        Some(Fault::Refuse(exception)) => return exception_answer(exception, json!({})),
        Some(Fault::Cancel(reason)) => {
            let reasons = json!({"CancellationReasons": [{"Code": "None"}, {"Code": reason}]});
            return exception_answer("TransactionCanceledException", reasons);
        }
        Some(Fault::LeaveUnprocessed) => {
            return answer(StatusCode::OK, &json!({"UnprocessedItems": writes}));
        }
        Some(Fault::NeverAnswer) => std::future::pending().await,
        Some(Fault::AnswerTheLastAttempt) if !is_last_attempt(&headers) => std::future::pending().await,
        // The connection ends with the task that serves it.
        Some(Fault::Close) => std::panic::resume_unwind(Box::new("closed on purpose")),
        Some(Fault::Hold(held)) => held.wait().await,
        Some(
            Fault::LoseAnswer
            | Fault::CutAnswer
            | Fault::AnswerLate
            | Fault::AnswerSlowly
            | Fault::AnswerTheLastAttempt,
        )
        | None => {}
    }
    // With the host as it is signed.
    let Ok(answer) = target.http.post(&target.url).headers(headers).body(body).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove("transfer-encoding");
    if let Some(date) = &target.state.lock().unwrap().date {
        headers.insert("date", date.parse().unwrap());
    }
    let body = answer.bytes().await.unwrap();
    match &fault {
        Some(Fault::AnswerLate) => tokio::time::sleep(LATE).await,
        Some(Fault::AnswerSlowly | Fault::AnswerTheLastAttempt) => tokio::time::sleep(SLOW).await,
        _ => {}
    }
    match fault {
        None | Some(Fault::Hold(_) | Fault::AnswerLate | Fault::AnswerSlowly | Fault::AnswerTheLastAttempt) => {
            (status, headers, body).into_response()
        }
        Some(Fault::CutAnswer) => (status, headers, cut(&body)).into_response(),
        Some(_) => exception_answer("InternalServerError", json!({})),
    }
}

/// Whether the SDK makes no attempt after this one: its header says `attempt=3; max=3`.
fn is_last_attempt(headers: &HeaderMap) -> bool {
    let attempt = headers.get("amz-sdk-request").and_then(|value| value.to_str().ok()).unwrap_or_default();
    attempt.contains("attempt=3")
}

/// A body that ends with an error where half of it has been sent; the headers promise the whole.
fn cut(body: &Bytes) -> Body {
    let half = body.slice(..body.len() / 2);
    Body::from_stream(stream::iter([Ok(half), Err(io::Error::other("cut on purpose"))]))
}

fn exception_answer(exception: &str, mut body: Value) -> Response {
    body["__type"] = format!("com.amazonaws.dynamodb.v20120810#{exception}").into();
    let is_internal = exception == "InternalServerError";
    answer(if is_internal { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::BAD_REQUEST }, &body)
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response()
}
