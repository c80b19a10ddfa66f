//! Users who move in and out.

mod again;
mod export;
mod formats;

use std::path::Path;

use api_tests::OwnStack;
use serde_json::Value;

use crate::command::{Outcome, run_at, run_beside};

/// Imports a file from this system.
pub(crate) async fn import(stack: &OwnStack, file: &Path, from: &str, options: &[&str]) -> Outcome {
    import_by_way_of(stack.local_dynamodb().url(), stack, file, from, options).await
}

/// The same, by way of this address of the stack's DynamoDB.
pub(crate) async fn import_by_way_of(
    url: &str,
    stack: &OwnStack,
    file: &Path,
    from: &str,
    options: &[&str],
) -> Outcome {
    let arguments = ["users", "import", file.to_str().unwrap(), "--from", from, "--json"];
    run_at(url, stack, &[&arguments[..], options].concat()).await
}

/// The lines of an import's answer: rows that need a look, and behind them the totals.
pub(crate) fn told(outcome: &Outcome) -> (Vec<Value>, Value) {
    let mut lines: Vec<Value> = outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let totals = lines.pop().unwrap_or_else(|| panic!("{outcome:?}"));
    (lines, totals)
}

/// Exports everybody, and returns the lines in order, without the last one, which says that they are all there.
pub(crate) async fn export(stack: &OwnStack, file: &Path, options: &[&str]) -> Vec<String> {
    let arguments = ["users", "export", "--to", file.to_str().unwrap()];
    let _ = run_beside(stack, &[&arguments[..], options].concat()).await.expect_success();
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let last = lines.pop().unwrap();
    assert_eq!(last, format!(r#"{{"complete":true,"users":{}}}"#, lines.len()));
    lines.sort_unstable();
    lines
}
