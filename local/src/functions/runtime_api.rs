//! The Lambda runtime API of one execution environment, as far as a function uses it: events are handed out one at a
//! time, and their answers taken. <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderName, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use shared::clock::Clock;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use uuid::Uuid;

use crate::server::Server;

/// How long a function has for an answer: as long as an HTTP API waits for it.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);
/// Lambda's own limit, in bytes. <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAX_ANSWER_BYTES: usize = 6 * 1024 * 1024;

/// Why an event has no answer.
#[derive(Debug, Error)]
pub enum InvocationError {
    /// The function reports an error: its own words, or the whole report where it has no `errorMessage`.
    #[error("the function reports an error: {0}")]
    Reported(String),
    /// What the function answers is not JSON.
    #[error("the function's answer is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    /// The function asked for its next event and left this one without an answer, or nothing hands out events any more.
    #[error("the function left the event without an answer")]
    Unanswered,
    /// The program that should answer has ended.
    #[error("the function's program has ended")]
    Ended,
    /// The answer did not come in time.
    #[error("the function did not answer within {} s", TIMEOUT.as_secs())]
    TimedOut,
}

type Answer = Result<Box<RawValue>, InvocationError>;

/// Where one program fetches its events.
#[derive(Debug)]
pub struct RuntimeApi {
    address: SocketAddr,
    events: mpsc::UnboundedSender<Invocation>,
    asked: Arc<Notify>,
    _server: Server,
}

/// An event and the one who waits for its answer.
struct Invocation {
    event: Value,
    answer: oneshot::Sender<Answer>,
}

/// An event that was handed out: its request id, and who waits for its answer.
type AtWork = (String, oneshot::Sender<Answer>);

#[derive(Clone)]
struct ExecutionEnvironment {
    events: Arc<Mutex<mpsc::UnboundedReceiver<Invocation>>>,
    /// The event that the function is at.
    at_work: Arc<StdMutex<Option<AtWork>>>,
    asked: Arc<Notify>,
    clock: Clock,
}

impl RuntimeApi {
    /// Listens on a free port of the loopback interface.
    pub async fn start() -> io::Result<Self> {
        let (events, next_event) = mpsc::unbounded_channel();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let asked = Arc::new(Notify::new());
        let environment = ExecutionEnvironment {
            events: Arc::new(Mutex::new(next_event)),
            at_work: Arc::default(),
            asked: Arc::clone(&asked),
            clock: Clock::system(),
        };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(take_answer))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(take_error))
            .route("/2018-06-01/runtime/init/error", post(take_init_error))
            .layer(DefaultBodyLimit::max(MAX_ANSWER_BYTES))
            .layer(middleware::from_fn_with_state(address, keep_pages_out))
            .with_state(environment);
        let server = Server::start(|_ended| async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!("a runtime API ended: {error}");
            }
        });
        Ok(Self { address, events, asked, _server: server })
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Waits until the function asks for an event, unless it has done so since the last wait. The first time, that ends
    /// its start.
    pub async fn asked(&self) {
        self.asked.notified().await;
    }

    /// Hands an event to the function, once it is done with those before, and waits for its answer. Where the caller
    /// stops waiting before that, the event is not handed out.
    pub async fn invoke(&self, event: Value) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.events.send(Invocation { event, answer }).map_err(|_gone| InvocationError::Unanswered)?;
        answered.await.unwrap_or(Err(InvocationError::Unanswered))
    }
}

impl ExecutionEnvironment {
    fn begin(&self, id: String, answer: oneshot::Sender<Answer>) {
        *self.at_work.lock().unwrap_or_else(PoisonError::into_inner) = Some((id, answer));
    }

    /// Gives the answer to who waits for it. That nobody does any more is no concern of the function's.
    fn finish(&self, id: &str, answer: Answer) -> Response {
        let at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner).take_if(|(at, _)| at == id);
        let Some((_id, waiting)) = at_work else {
            let error = json!({"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"});
            return json_answer(StatusCode::BAD_REQUEST, &error);
        };
        let _ = waiting.send(answer);
        json_answer(StatusCode::ACCEPTED, &json!({"status": "OK"}))
    }
}

/// Refuses what a browser sends for a page: events hold tokens, and a page may guess the port. Functions are no browsers,
/// and call this by its address, which keeps out a page whose host name leads here too.
async fn keep_pages_out(State(address): State<SocketAddr>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let by_address = headers.get(HOST).is_some_and(|host| host.as_bytes() == address.to_string().as_bytes());
    let by_page = headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site");
    if by_address && !by_page { next.run(request).await } else { StatusCode::FORBIDDEN.into_response() }
}

async fn next(State(environment): State<ExecutionEnvironment>) -> Response {
    environment.asked.notify_one();
    let mut events = environment.events.lock().await;
    while let Some(Invocation { event, answer }) = events.recv().await {
        if answer.is_closed() {
            continue;
        }
        let id = Uuid::now_v7().to_string();
        let deadline = environment.clock.now().as_millis() + u64::try_from(TIMEOUT.as_millis()).unwrap_or(u64::MAX);
        environment.begin(id.clone(), answer);
        let headers = [
            (HeaderName::from_static("lambda-runtime-aws-request-id"), id),
            (HeaderName::from_static("lambda-runtime-deadline-ms"), deadline.to_string()),
            (
                HeaderName::from_static("lambda-runtime-invoked-function-arn"),
                "arn:aws:lambda:us-east-1:000000000000:function:local".to_owned(),
            ),
        ];
        return (headers, json_answer(StatusCode::OK, &event)).into_response();
    }
    StatusCode::GONE.into_response()
}

async fn take_answer(State(environment): State<ExecutionEnvironment>, Path(id): Path<String>, body: Bytes) -> Response {
    environment.finish(&id, serde_json::from_slice(&body).map_err(InvocationError::from))
}

async fn take_error(State(environment): State<ExecutionEnvironment>, Path(id): Path<String>, body: Bytes) -> Response {
    environment.finish(&id, Err(InvocationError::Reported(message_of(&body))))
}

async fn take_init_error(body: Bytes) -> StatusCode {
    tracing::error!("a function reports that it cannot start: {}", message_of(&body));
    StatusCode::ACCEPTED
}

fn json_answer(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn message_of(report: &[u8]) -> String {
    let message = serde_json::from_slice::<Value>(report).ok();
    let message = message.as_ref().and_then(|report| report.get("errorMessage")?.as_str());
    message.map_or_else(|| String::from_utf8_lossy(report).into_owned(), str::to_owned)
}

#[cfg(test)]
mod tests;
