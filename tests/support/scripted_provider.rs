//! A provider that answers whatever a test says, also what no honest one does.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, Request, Response};
use futures_util::{StreamExt as _, stream};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What is answered at a path.
#[derive(Clone, Debug)]
pub enum Reply {
    /// JSON, with this status.
    Json(u16, Value),
    /// A text that says to be JSON, with this status.
    Text(u16, String),
    /// A redirect to a URL.
    Redirect(String),
    /// JSON that is longer than any that is read.
    Huge,
    /// Bytes without an end, as fast as they are read.
    Endless,
    /// The beginning of an answer, of which the rest never comes.
    Stalled,
    /// JSON, with status 200, after this long.
    Late(Duration, Value),
    /// Nothing.
    Never,
}

/// A call that came.
#[derive(Clone, Debug)]
pub struct ProviderCall {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The parameters of the query.
    pub query: HashMap<String, String>,
    /// The parameters of the form in the body.
    pub form: HashMap<String, String>,
    /// The JSON in the body; `null` if it is something else.
    pub json: Value,
}

/// A server on a free port of the loopback interface. It ends when it is let go of.
#[derive(Debug)]
pub struct ScriptedProvider {
    url: String,
    script: Arc<Script>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Script {
    replies: Mutex<HashMap<String, Reply>>,
    calls: Mutex<Vec<ProviderCall>>,
}

impl ScriptedProvider {
    /// Starts it, with nothing to say.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::new(Script::default());
        let router = Router::new().fallback(handle).with_state(Arc::clone(&script));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, script, task }
    }

    /// Where it is, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers this at a path from now on.
    pub fn reply(&self, path: &str, reply: Reply) {
        self.script.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    /// The calls since this was asked last.
    #[must_use]
    pub fn take_calls(&self) -> Vec<ProviderCall> {
        std::mem::take(&mut self.script.calls.lock().unwrap())
    }

    /// How often a path was called since this or [`take_calls`](Self::take_calls) was asked last.
    #[must_use]
    pub fn count_calls(&self, path: &str) -> usize {
        self.take_calls().into_iter().filter(|call| call.path == path).count()
    }
}

impl Drop for ScriptedProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn handle(State(script): State<Arc<Script>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let pairs = |text: &[u8]| url::form_urlencoded::parse(text).into_owned().collect();
    let path = parts.uri.path().to_owned();
    script.calls.lock().unwrap().push(ProviderCall {
        method: parts.method.to_string(),
        path: path.clone(),
        headers: parts.headers,
        query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
        form: pairs(&body),
        json: serde_json::from_slice(&body).unwrap_or_default(),
    });
    let reply = script.replies.lock().unwrap().get(&path).cloned();
    let json = |status: u16| Response::builder().status(status).header(CONTENT_TYPE, "application/json");
    let chunk = |text: &'static str| Ok::<_, std::io::Error>(Bytes::from_static(text.as_bytes()));
    let page = Bytes::from(vec![b'['; 8 * 1024]);
    match reply {
        Some(Reply::Json(status, value)) => json(status).body(value.to_string().into()).unwrap(),
        Some(Reply::Text(status, text)) => json(status).body(text.into()).unwrap(),
        Some(Reply::Redirect(to)) => Response::builder().status(307).header(LOCATION, to).body(Body::empty()).unwrap(),
        Some(Reply::Huge) => json(200).body(format!("{{\"pad\":\"{}\"}}", "x".repeat(64 * 1024)).into()).unwrap(),
        Some(Reply::Endless) => {
            let pages = stream::repeat_with(move || Ok::<_, std::io::Error>(page.clone()));
            json(200).body(Body::from_stream(pages)).unwrap()
        }
        Some(Reply::Stalled) => {
            json(200).body(Body::from_stream(stream::once(async move { chunk("{") }).chain(stream::pending()))).unwrap()
        }
        Some(Reply::Late(delay, value)) => {
            tokio::time::sleep(delay).await;
            json(200).body(value.to_string().into()).unwrap()
        }
        Some(Reply::Never) => {
            tokio::time::sleep(Duration::MAX).await;
            Response::default()
        }
        None => json(404).body("{}".into()).unwrap(),
    }
}
