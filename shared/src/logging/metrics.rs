//! Metrics in the line of a request or a mail: CloudWatch's embedded metric format.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;

/// What CloudWatch shows the metrics under.
const NAMESPACE: &str = "Latchkey";
const FUNCTION: &str = "function";
const CODE: &str = "code";
/// The field that names what a request or a mail counts for.
const COUNTS: &str = "counts";

/// Makes the line of a request or a mail the carrier of its metrics, by function: what its handler counted, `refused` (429),
/// the times `argon2_ms`, `provider_ms` and `store_ms`, and, by function and code, `failures`. Other lines stay as they are.
pub(super) fn embed(line: &mut Map<String, Value>, function: &str, now: Timestamp) {
    let status = line.get("status").and_then(Value::as_u64);
    let counted = line.remove(COUNTS);
    if status.is_none() && counted.is_none() {
        return;
    }
    let mut counts: Vec<_> = counted.as_ref().and_then(Value::as_str).unwrap_or_default().split_whitespace().collect();
    if status == Some(429) {
        counts.push("refused");
    }
    let mut by_function: Vec<_> = counts.iter().map(|name| metric(name, "Count")).collect();
    let times = ["argon2_ms", "provider_ms", "store_ms"].into_iter().filter(|name| line.contains_key(*name));
    by_function.extend(times.map(|name| metric(name, "Milliseconds")));

    let mut directives = Vec::new();
    if !by_function.is_empty() {
        directives.push(directive(&[FUNCTION], by_function));
    }
    if line.contains_key(CODE) {
        counts.push("failures");
        directives.push(directive(&[FUNCTION, CODE], vec![metric("failures", "Count")]));
    }
    if directives.is_empty() {
        return;
    }
    line.extend(counts.into_iter().map(|name| (name.to_owned(), 1.into())));
    line.insert(FUNCTION.to_owned(), function.into());
    line.insert("_aws".to_owned(), json!({"Timestamp": now.as_millis(), "CloudWatchMetrics": directives}));
}

fn metric(name: &str, unit: &str) -> Value {
    json!({"Name": name, "Unit": unit})
}

fn directive(dimensions: &[&str], metrics: Vec<Value>) -> Value {
    json!({"Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": metrics})
}
