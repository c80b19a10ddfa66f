//! Odd events of a stream: what is no new intent is left out, what is told twice is done once, and nothing ends the program.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]
#![allow(dead_code, reason = "each file of tests uses a part of what they share")]

mod office;

use api_tests::RuntimeApi;
use office::{EMAIL, Office, PROGRAM, done, stream_event};
use serde_json::{Value, json};
use shared::mail::{Notice, Subject};

/// The record of this number, with this name and these keys.
fn record(number: u32, name: &str, keys: &Value) -> Value {
    json!({
        "eventID": format!("event-{number}"), "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "dynamodb": {"Keys": keys, "SequenceNumber": number.to_string(), "StreamViewType": "KEYS_ONLY"},
    })
}

#[tokio::test]
async fn records_of_nothing_new_are_left_out() {
    let office = Office::open().await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &office.variables());
    let waiting = office.ask(Subject::Notice(Notice::Deleted), EMAIL).await;
    let key = json!({"id": {"S": waiting.as_str()}});
    let odd = [
        record(1, "REMOVE", &key),
        record(2, "MODIFY", &key),
        record(3, "", &key),
        record(4, "insert", &key),
        record(5, "INSERT", &json!({})),
        record(6, "INSERT", &json!({"id": {"N": "7"}})),
        record(7, "INSERT", &json!({"id": {"S": 7}})),
        record(8, "INSERT", &json!({"ID": {"S": waiting.as_str()}})),
        record(9, "INSERT", &json!({"id": {"S": "no intent has this id"}})),
        record(10, "INSERT", &json!({"id": {"S": "\u{0}\u{1f4e7}'\"{}"}})),
    ];
    assert_eq!(runtime.invoke(json!({"Records": []})).await, done());
    for record in &odd {
        assert_eq!(runtime.invoke(json!({"Records": [record]})).await, done(), "{record}");
    }
    assert_eq!(runtime.invoke(json!({"Records": odd})).await, done());
    assert_eq!((office.ses.take_mails().len(), office.left().await), (0, 1));
    assert_eq!(runtime.invoke(stream_event(&[&waiting])).await, done());
    assert_eq!((office.ses.take_mails().len(), office.left().await), (1, 0));
}

#[tokio::test]
async fn a_record_that_comes_twice_sends_one_mail() {
    let office = Office::open().await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &office.variables());
    let first = office.ask(Subject::Notice(Notice::Deleted), EMAIL).await;
    let second = office.ask(Subject::Notice(Notice::PasswordChanged), EMAIL).await;
    assert_eq!(runtime.invoke(stream_event(&[&first, &second, &first, &second])).await, done());
    assert_eq!(office.ses.take_mails().len(), 2);
    assert_eq!(runtime.invoke(stream_event(&[&first, &second])).await, done());
    assert_eq!(office.ses.take_mails().len(), 0);
}

/// Lambda tries such an event again, in halves, and puts what is left into the queue.
#[tokio::test]
async fn an_event_that_no_stream_sends_is_an_error_and_the_next_one_is_handled() {
    let office = Office::open().await;
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &office.variables());
    for event in [
        json!({}),
        json!(null),
        json!([]),
        json!({"Records": {}}),
        json!({"Records": [{"eventName": "INSERT"}]}),
        json!({"Records": [{"eventName": "INSERT", "dynamodb": {"Keys": []}}]}),
        json!({"version": "2.0", "rawPath": "/auth/login", "requestContext": {"http": {"method": "POST"}}}),
    ] {
        runtime.expect_error(event).await;
    }
    let id = office.ask(Subject::Notice(Notice::Deleted), EMAIL).await;
    assert_eq!(runtime.invoke(stream_event(&[&id])).await, done());
    assert_eq!(office.ses.take_mails().len(), 1);
}
