//! What the code can answer, by operation.

use std::collections::{BTreeMap, BTreeSet};

use api_tests::{OpenApi, Operation};
use serde_json::Value;
use shared::http::{CookieConfig, Dialect, Failure, SameSite, encode_failure, encode_success};

use super::{failures, successes};

/// What the encoders make of everything that has one status at one operation.
#[derive(Debug, Default)]
pub(super) struct Encoded {
    pub(super) headers: BTreeSet<String>,
    pub(super) content_types: BTreeSet<String>,
    pub(super) bodies: Vec<Value>,
}

impl Encoded {
    pub(super) fn codes(&self) -> BTreeSet<String> {
        self.bodies.iter().filter_map(|body| Some(body.get("code")?.as_str()?.to_owned())).collect()
    }
}

/// Everything that an operation can answer, by status.
pub(super) fn of(operation: &Operation) -> BTreeMap<u16, Encoded> {
    let dialect = if operation.path.starts_with("/api:") { Dialect::Xano } else { Dialect::Native };
    let request_id = OpenApi::read().at("/components/headers/RequestId/example").as_str().unwrap();
    let cookie = CookieConfig::host_only(SameSite::Lax);
    let mut answers = BTreeMap::<u16, Encoded>::new();
    let mut add = |status: u16, headers: BTreeMap<String, String>, body: &[u8]| {
        let encoded = answers.entry(status).or_default();
        encoded.content_types.extend(headers.get("content-type").cloned());
        encoded.headers.extend(headers.into_keys().filter(|name| name != "content-type"));
        encoded.headers.insert("apigw-requestid".to_owned());
        encoded.bodies.extend(serde_json::from_slice::<Value>(body));
    };
    let mut responses = Vec::new();
    for success in successes::all() {
        if successes::operations_of(&success).contains(&operation.id.as_str()) {
            responses.push(encode_success(dialect, &success, &cookie));
        }
    }
    for failure in failures::all() {
        if failures::operations_of(&failure).contains(&operation.id.as_str()) {
            responses.push(encode_failure(dialect, &at(operation, failure), request_id));
        }
    }
    for response in responses {
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        add(response.status().as_u16(), headers.collect(), response.body());
    }
    answers
}

/// The same failure at an operation: which method is allowed depends on it.
fn at(operation: &Operation, failure: Failure) -> Failure {
    match failure {
        Failure::MethodNotAllowed { .. } => Failure::MethodNotAllowed { allowed: operation.method.parse().unwrap() },
        other => other,
    }
}
