//! A function's program, and what it uses of its surroundings: the routes that lead to it, the tables, action by action,
//! and the environment variables. template.yaml leads, grants and sets exactly that (`tests/sam`).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use shared::lambda::Function;
use shared::store::schema::TABLES;

use crate::Recorded;

/// A program, and what is written down about it.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    path: &'static str,
    uses: &'static str,
}

impl Program {
    /// The program at this path. `uses` is the text of its `uses.json`:
    /// `{"actions": {<table>: [<IAM action of DynamoDB>]}, "routes": [<route key of API Gateway>], "variables": [<name>]}`.
    #[must_use]
    pub const fn new(path: &'static str, uses: &'static str) -> Self {
        Self { path, uses }
    }

    pub(crate) fn path(self) -> &'static str {
        self.path
    }

    /// The variables that name its tables.
    pub(crate) fn table_variables(self) -> Vec<&'static str> {
        let uses: Value = serde_json::from_str(self.uses).unwrap();
        let variables = uses["variables"].as_array().unwrap();
        TABLES.map(|table| table.variable).into_iter().filter(|name| variables.contains(&(*name).into())).collect()
    }

    /// Fails unless the function's routes, the calls, and the variables that the log says were read, are those that are
    /// written down.
    pub fn assert_uses<F: Function>(self, calls: &[Recorded], log: &[u8]) {
        self.assert_uses_with(F::ENDPOINTS.iter().flat_map(|endpoint| endpoint.route.keys()).collect(), calls, log);
    }

    /// The same for a function without routes, which a stream starts.
    pub fn assert_uses_of_stream(self, calls: &[Recorded], log: &[u8]) {
        self.assert_uses_with(BTreeSet::new(), calls, log);
    }

    fn assert_uses_with(self, routes: BTreeSet<String>, calls: &[Recorded], log: &[u8]) {
        let seen = json!({"actions": actions(calls), "routes": routes, "variables": variables(log)});
        let written_down: Value = serde_json::from_str(self.uses).unwrap();
        assert!(seen == written_down, "uses.json does not say what was seen:\n{seen:#}");
    }
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
