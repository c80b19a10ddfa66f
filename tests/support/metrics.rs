//! The metrics in a function's log, read as CloudWatch reads them.

use std::collections::BTreeMap;

use serde_json::Value;

/// The metrics of each line of a log that has any: by dimensions and name, the value. What breaks the specification of
/// the embedded metric format fails the test.
#[must_use]
pub fn metrics_in(log: &str) -> Vec<BTreeMap<String, f64>> {
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    lines.filter(|line: &Value| line.get("_aws").is_some()).map(|line| metrics_of(&line)).collect()
}

fn metrics_of(line: &Value) -> BTreeMap<String, f64> {
    assert!(line["_aws"]["Timestamp"].is_u64(), "{line}");
    let mut metrics = BTreeMap::new();
    for directive in line["_aws"]["CloudWatchMetrics"].as_array().unwrap() {
        assert_eq!(directive["Namespace"], "Latchkey", "{line}");
        let [dimensions] = directive["Dimensions"].as_array().unwrap().as_slice() else { panic!("one set: {line}") };
        let value_of = |name: &Value| line[name.as_str().unwrap()].as_str().unwrap().to_owned();
        let dimensions = dimensions.as_array().unwrap().iter().map(value_of).collect::<Vec<_>>().join(" ");
        for metric in directive["Metrics"].as_array().unwrap() {
            let name = metric["Name"].as_str().unwrap();
            let unit = if name.ends_with("_ms") { "Milliseconds" } else { "Count" };
            assert_eq!(metric["Unit"], unit, "{line}");
            metrics.insert(format!("{dimensions} {name}"), line[name].as_f64().unwrap());
        }
    }
    metrics
}
