use std::sync::Arc;

use serde_json::{Value, json};

use super::{Answer, InvocationError, RuntimeApi};

/// A runtime API and the client of a function.
struct Function {
    api: Arc<RuntimeApi>,
    http: reqwest::Client,
}

impl Function {
    async fn start() -> Self {
        Self { api: Arc::new(RuntimeApi::start().await.unwrap()), http: reqwest::Client::new() }
    }

    /// Hands an event to the function, whose answer is still to come.
    fn invoke(&self, event: Value) -> tokio::task::JoinHandle<Answer> {
        let api = Arc::clone(&self.api);
        tokio::spawn(async move { api.invoke(event).await })
    }

    /// Fetches the next event and its request id.
    async fn next(&self) -> (String, Value) {
        let answer = self.http.get(self.url("invocation/next")).send().await.unwrap();
        let id = answer.headers()["lambda-runtime-aws-request-id"].to_str().unwrap().to_owned();
        (id, answer.json().await.unwrap())
    }

    async fn post(&self, path: &str, body: &str) -> u16 {
        self.http.post(self.url(path)).body(body.to_owned()).send().await.unwrap().status().as_u16()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/2018-06-01/runtime/{path}", self.api.address())
    }
}

#[tokio::test]
async fn each_event_gets_the_answer_that_was_given_to_it() {
    let function = Function::start().await;
    let waiting: Vec<_> = (0..3).map(|number| function.invoke(json!({"number": number}))).collect();
    for _ in 0..3 {
        let (id, event) = function.next().await;
        assert_eq!(function.post(&format!("invocation/{id}/response"), &event.to_string()).await, 202);
    }
    for (number, waiting) in waiting.into_iter().enumerate() {
        let answer: Value = serde_json::from_str(waiting.await.unwrap().unwrap().get()).unwrap();
        assert_eq!(answer, json!({"number": number}));
    }
}

#[tokio::test]
async fn what_the_function_reports_and_what_is_not_json_are_errors() {
    let function = Function::start().await;
    let check = async |path: &str, body: &str| {
        let waiting = function.invoke(json!({}));
        let (id, _event) = function.next().await;
        assert_eq!(function.post(&format!("invocation/{id}/{path}"), body).await, 202);
        waiting.await.unwrap().unwrap_err().to_string()
    };
    let reported = check("error", r#"{"errorType":"Error","errorMessage":"no ink"}"#).await;
    assert_eq!(reported, "the function reports an error: no ink");
    assert_eq!(check("error", "no JSON").await, "the function reports an error: no JSON");
    assert!(check("response", "{").await.starts_with("the function's answer is not JSON"));
    assert_eq!(function.post("init/error", r#"{"errorMessage":"no ink"}"#).await, 202);
}

#[tokio::test]
async fn an_answer_to_another_event_than_the_one_at_work_is_refused() {
    let function = Function::start().await;
    assert_eq!(function.post("invocation/made-up/response", "{}").await, 400);
    let first = function.invoke(json!({}));
    let (first_id, _event) = function.next().await;
    let second = function.invoke(json!({}));
    let (second_id, _event) = function.next().await;
    assert!(matches!(first.await.unwrap(), Err(InvocationError::Unanswered)), "asking for the next gives this one up");
    assert_eq!(function.post(&format!("invocation/{first_id}/response"), "{}").await, 400);
    assert_eq!(function.post(&format!("invocation/{second_id}/response"), "{}").await, 202);
    assert_eq!(function.post(&format!("invocation/{second_id}/response"), "{}").await, 400);
    assert!(second.await.unwrap().is_ok());
}

#[tokio::test]
async fn an_event_that_nobody_waits_for_any_more_is_not_handed_out() {
    let function = Function::start().await;
    let given_up = function.invoke(json!("given up"));
    tokio::task::yield_now().await;
    given_up.abort();
    let _ = given_up.await;
    let waiting = function.invoke(json!("wanted"));
    let (id, event) = function.next().await;
    assert_eq!(event, "wanted");
    assert_eq!(function.post(&format!("invocation/{id}/response"), "{}").await, 202);
    assert!(waiting.await.unwrap().is_ok());
}

#[tokio::test]
async fn an_answer_longer_than_lambdas_limit_is_413() {
    let function = Function::start().await;
    let _waiting = function.invoke(json!({}));
    let (id, _event) = function.next().await;
    let long = format!("\"{}\"", "x".repeat(super::MAX_ANSWER_BYTES));
    assert_eq!(function.post(&format!("invocation/{id}/response"), &long).await, 413);
    assert_eq!(function.post(&format!("invocation/{id}/response"), "{}").await, 202, "the event is still at work");
}

#[tokio::test]
async fn a_page_in_a_browser_gets_no_event() {
    let function = Function::start().await;
    let waiting = function.invoke(json!({"number": 1}));
    for (name, value) in
        [("origin", "http://localhost:5173"), ("sec-fetch-site", "cross-site"), ("host", "rebound.example")]
    {
        let request = function.http.get(function.url("invocation/next")).header(name, value);
        assert_eq!(request.send().await.unwrap().status().as_u16(), 403, "{name}");
    }
    let (id, event) = function.next().await;
    assert_eq!(function.post(&format!("invocation/{id}/response"), &event.to_string()).await, 202);
    assert!(waiting.await.unwrap().is_ok());
}
