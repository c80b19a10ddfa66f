//! A function over real tables, from any event to a response of the contract. What a client can put into an event is
//! arbitrary here; the fuzz targets go on where this stops.

use lambda_http::{Context, LambdaEvent};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::lambda::{Context as FunctionContext, Function};

use crate::Tables;

/// Ends every text that could be a secret. No answer of ours has these characters in its own words.
const MARK: &str = "~Q~";

/// A text of a client's: anything, what means something here, or both.
fn text() -> impl Strategy<Value = String> {
    const WORDS: [&str; 9] =
        ["", "null", "application/json", "Bearer ", "cookie", "__Host-authToken=", "a@b.c", "e30.e30.e30", "%00"];
    let word = prop::sample::select(WORDS.as_slice());
    prop_oneof![any::<String>(), (word, "\\PC{0,12}").prop_map(|(word, more)| format!("{word}{more}"))]
}

fn marked() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("{text}{MARK}"))
}

fn member() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => marked().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(json!([{"a": [[]]}])),
    ]
}

/// A body whose address is no good, so that none of them costs a hash.
fn body() -> impl Strategy<Value = String> {
    let members = (member(), member(), member(), text()).prop_map(|(name, email, password, other)| {
        json!({"name": name, "email": email, "password": password, other: email}).to_string()
    });
    let form = marked().prop_map(|value| format!("name={value}&email={value}&password={value}"));
    prop_oneof![3 => members, 1 => form, 1 => marked()]
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    const NAMES: [&str; 9] = [
        "authorization",
        "cookie",
        "content-type",
        "origin",
        "x-token-transport",
        "x-xano-authorization",
        "x-xano-authorization-only",
        "host",
        "x-forwarded-proto",
    ];
    let name = prop_oneof![8 => prop::sample::select(NAMES.as_slice()).prop_map(str::to_owned), 1 => "\\PC{0,8}"];
    let json = ("content-type".to_owned(), "application/json".to_owned());
    (any::<bool>(), prop::collection::vec((name, marked()), 0..4))
        .prop_map(move |(typed, headers)| headers.into_iter().chain(typed.then(|| json.clone())).collect())
}

/// An event of an HTTP API.
fn event(path: &'static str) -> impl Strategy<Value = Value> {
    let path = prop_oneof![
        6 => Just(path.to_owned()),
        3 => Just(format!("/api:aB3{path}")),
        1 => text(),
    ];
    let method = prop_oneof![6 => Just("POST".to_owned()), 3 => Just("GET".to_owned()), 1 => "\\PC{0,8}"];
    (path, method, headers(), body(), text(), any::<bool>()).prop_map(
        |(path, method, headers, body, query, is_base64)| {
            let context = json!({"domainName": "api.example.com", "requestId": "request-1", "stage": "$default"});
            let mut event = json!({"body": body, "isBase64Encoded": is_base64 && query.is_empty()});
            event["requestContext"] = context;
            let once = headers.into_iter().map(|(name, value)| (name, Value::from(value)));
            event["headers"] = once.collect::<serde_json::Map<_, _>>().into();
            event["requestContext"]["http"] = json!({"method": method, "sourceIp": "192.0.2.1"});
            event["version"] = "2.0".into();
            event["rawPath"] = path.into();
            event["rawQueryString"] = query.into();
            event
        },
    )
}

/// What is true of an answer to an event that holds neither a token nor an address of somebody.
fn check(event: &Value, answer: &Value) -> Result<(), TestCaseError> {
    let status = answer["statusCode"].as_u64().unwrap();
    let header = |name: &str| answer["headers"][name].as_str();
    prop_assert!([204, 400, 401, 403, 404, 405, 413, 415, 422].contains(&status), "{event} {answer}");
    prop_assert_eq!(header("cache-control"), Some("no-store"), "{} {}", event, answer);
    prop_assert_eq!(header("x-content-type-options"), Some("nosniff"), "{} {}", event, answer);
    if status != 204 {
        let body = answer["body"].as_str().unwrap();
        let code = serde_json::from_str::<Value>(body).unwrap()["code"].clone();
        prop_assert!(code.is_string(), "{event} {answer}");
        prop_assert!(!body.contains(MARK), "an error repeats what was sent: {event} {answer}");
    }
    Ok(())
}

/// Hands events for `path` to a function, and then one that is answered with a good status.
pub fn assert_every_event_is_answered<F: Function>(path: &'static str, good: (&Value, u64)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let tables = runtime.block_on(Tables::start());
    let context = FunctionContext::read(tables.environment().clone(), tables.client(), Clock::system()).unwrap();
    let function = F::build(&context).unwrap();
    let answer = |event: &Value| -> Value {
        let event = LambdaEvent::new(to_raw_value(event).unwrap(), Context::default());
        let answer = runtime.block_on(shared::lambda::invoke(&function, event)).unwrap();
        serde_json::from_str(answer.get()).unwrap()
    };
    let mut runner = TestRunner::new(Config { cases: 384, failure_persistence: None, ..Config::default() });
    runner.run(&event(path), |event| check(&event, &answer(&event))).unwrap();
    let (event, status) = good;
    assert_eq!(answer(event)["statusCode"], status, "it still answers what is good");
}
