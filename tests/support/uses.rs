//! What a function's program uses of its surroundings: the tables, action by action, and the environment variables.
//! template.yaml grants and sets exactly that (`tests/sam`).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::Recorded;

/// Fails unless the calls, and the variables that the log says were read, are those that are written down:
/// `{"actions": {<table>: [<IAM action of DynamoDB>]}, "variables": [<name>]}`.
pub fn assert_uses(written_down: &str, calls: &[Recorded], log: &[u8]) {
    let seen = json!({"actions": actions(calls), "variables": variables(log)});
    let written_down: Value = serde_json::from_str(written_down).unwrap();
    assert!(seen == written_down, "uses.json does not say what was seen:\n{seen:#}");
}

/// Calls inside a transaction are authorised one by one, each as the call that it would be by itself.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html>
fn actions(calls: &[Recorded]) -> BTreeMap<String, BTreeSet<String>> {
    let mut actions: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for Recorded { operation, body } in calls {
        match body["TransactItems"].as_array() {
            None => note(&mut actions, operation, body),
            Some(parts) => {
                for (kind, part) in parts.iter().flat_map(|part| part.as_object().unwrap()) {
                    note(&mut actions, &format!("{kind}Item"), part);
                }
            }
        }
    }
    actions
}

fn note(actions: &mut BTreeMap<String, BTreeSet<String>>, action: &str, call: &Value) {
    let table = call["TableName"].as_str().unwrap_or_else(|| panic!("{action} names no table: {call}"));
    let table = table.strip_prefix("latchkey-").unwrap();
    actions.entry(table.to_owned()).or_default().insert(action.to_owned());
}

fn variables(log: &[u8]) -> BTreeSet<String> {
    let lines = std::str::from_utf8(log).unwrap().lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter_map(|line| Some(line["variable"].as_str()?.to_owned())).collect()
}
