//! From the records of a stream to those that have to come again.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::StreamFunction;
use crate::clock::Timestamp;
use crate::error_chain::with_causes;

/// A record that is begun with less time than this would hardly end.
const LEAST_TIME: Duration = Duration::from_secs(12);
/// What a response needs to reach Lambda.
const FOR_THE_RESPONSE: Duration = Duration::from_secs(1);

/// What the stream of a table sends, as far as it is read.
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html>
#[derive(Debug, Deserialize)]
pub(super) struct StreamEvent {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Debug, Deserialize)]
struct Record {
    #[serde(rename = "eventName")]
    event_name: String,
    dynamodb: Change,
}

#[derive(Debug, Deserialize)]
struct Change {
    #[serde(rename = "Keys", default)]
    keys: HashMap<String, HashMap<String, Value>>,
    #[serde(rename = "SequenceNumber")]
    sequence_number: String,
}

/// Which record has to come again. Lambda sends that one and all after it, and takes those before it as done.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StreamResponse {
    batch_item_failures: Vec<BatchItemFailure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchItemFailure {
    item_identifier: String,
}

impl StreamResponse {
    fn again_from(record: Record) -> Self {
        Self { batch_item_failures: vec![BatchItemFailure { item_identifier: record.dynamodb.sequence_number }] }
    }
}

/// Handles the records in order, up to the first that fails or for which no time is left. `deadline` is when Lambda ends the
/// function.
pub(super) async fn handle_records<F: StreamFunction>(
    function: &F,
    event: StreamEvent,
    deadline: Timestamp,
    now: impl Fn() -> Timestamp,
) -> StreamResponse {
    for record in event.records {
        let Some(key) = new_key(&record, F::KEY) else { continue };
        let left = Duration::from_millis(deadline.millis_since(now()).unwrap_or_default());
        if left < LEAST_TIME {
            tracing::warn!("no time is left for a record: it comes again");
            return StreamResponse::again_from(record);
        }
        match tokio::time::timeout(left.saturating_sub(FOR_THE_RESPONSE), function.handle(&key)).await {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => {
                // The function has logged its causes.
                tracing::debug!("a record comes again: {}", with_causes(&failure));
                return StreamResponse::again_from(record);
            }
            Err(_elapsed) => {
                tracing::error!("a record was not done in time: it comes again");
                return StreamResponse::again_from(record);
            }
        }
    }
    StreamResponse::default()
}

/// The key of the item, if the record is about a new one. A filter keeps the others out, and a table has keys of one type.
fn new_key(record: &Record, key: &str) -> Option<String> {
    let is_new = record.event_name == "INSERT";
    let value = record.dynamodb.keys.get(key).and_then(|value| value.get("S")).and_then(Value::as_str);
    value.filter(|_key| is_new).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Mutex;

    use serde_json::{Value, json};

    use super::{StreamEvent, handle_records};
    use crate::clock::{Clock, Timestamp};
    use crate::domain::StoreError;
    use crate::environment::{ConfigError, Environment};
    use crate::lambda::StreamFunction;
    use crate::store::Client;

    /// Fails for the keys `bad`, and never ends for `endless`.
    #[derive(Default)]
    struct Seen(Mutex<Vec<String>>);

    impl StreamFunction for Seen {
        const NAME: &'static str = "seen";
        const KEY: &'static str = "id";
        type Failure = StoreError;

        fn build(_environment: &Environment, _client: &Client, _clock: Clock) -> Result<Self, ConfigError> {
            Ok(Self::default())
        }

        async fn warm_up(&self) {}

        async fn handle(&self, key: &str) -> Result<(), StoreError> {
            self.0.lock().unwrap().push(key.to_owned());
            match key {
                "bad" => Err(StoreError::Corrupt("on purpose".to_owned())),
                "endless" => std::future::pending().await,
                _ => Ok(()),
            }
        }
    }

    fn record(event_name: &str, keys: &Value, sequence_number: u32) -> Value {
        json!({
            "eventID": "1", "eventName": event_name, "eventSource": "aws:dynamodb",
            "dynamodb": {"Keys": keys, "SequenceNumber": sequence_number.to_string(), "StreamViewType": "KEYS_ONLY"},
        })
    }

    /// The keys that the function saw, and the record that comes again. Each look at the clock takes `step` milliseconds of 30
    /// seconds.
    async fn handled(records: &[Value], step: u64) -> (Vec<String>, Value) {
        let event: StreamEvent = serde_json::from_value(json!({"Records": records})).unwrap();
        let (function, time) = (Seen::default(), Cell::new(0));
        let now = || Timestamp::from_millis(time.replace(time.get() + step));
        let response = handle_records(&function, event, Timestamp::from_millis(30_000), now).await;
        let response = serde_json::to_value(response).unwrap();
        let again = &response["batchItemFailures"];
        assert!(again.as_array().unwrap().len() <= 1, "{response}");
        (function.0.into_inner().unwrap(), again[0]["itemIdentifier"].clone())
    }

    fn inserted(keys: &[&str]) -> Vec<Value> {
        (1_u32..).zip(keys).map(|(number, key)| record("INSERT", &json!({"id": {"S": key}}), number)).collect()
    }

    #[tokio::test]
    async fn records_are_handled_in_order_up_to_the_first_that_fails() {
        assert_eq!(handled(&[], 0).await, (vec![], Value::Null));
        let (seen, again) = handled(&inserted(&["a", "b"]), 0).await;
        assert_eq!((seen.join(" ").as_str(), again), ("a b", Value::Null));
        let (seen, again) = handled(&inserted(&["a", "bad", "b"]), 0).await;
        assert_eq!((seen.join(" ").as_str(), again), ("a bad", json!("2")));
    }

    #[tokio::test]
    async fn only_new_items_count() {
        let others = [
            record("REMOVE", &json!({"id": {"S": "a"}}), 1),
            record("MODIFY", &json!({"id": {"S": "a"}}), 2),
            record("INSERT", &json!({"id": {"N": "1"}}), 3),
            record("INSERT", &json!({"other": {"S": "a"}}), 4),
            record("INSERT", &json!({}), 5),
        ];
        assert_eq!(handled(&others, 0).await, (vec![], Value::Null));
    }

    #[tokio::test]
    async fn a_record_without_time_comes_again_unseen() {
        let (seen, again) = handled(&inserted(&["a", "b", "c", "d"]), 8000).await;
        assert_eq!((seen.join(" ").as_str(), again), ("a b c", json!("4")));
    }

    #[tokio::test(start_paused = true)]
    async fn a_record_that_takes_too_long_comes_again_before_lambda_ends_the_function() {
        let (seen, again) = handled(&inserted(&["a", "endless", "b"]), 0).await;
        assert_eq!((seen.join(" ").as_str(), again), ("a endless", json!("2")));
    }
}
