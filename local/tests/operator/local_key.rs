//! Which key a command signs with on this machine.

use std::path::Path;
use std::process::Stdio;

use api_tests::own_stack;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::command::{PROGRAM, run_in};

/// `cargo dev` in a folder.
struct Dev {
    child: Child,
    said: Vec<String>,
}

impl Dev {
    /// Starts it and waits until it has said everything.
    async fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["--port", "0", "--provider-port", "0"]).args(arguments).current_dir(folder).env_clear();
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        while !said.last().is_some_and(|line: &String| line.starts_with("Ctrl-C")) {
            said.push(lines.next_line().await.unwrap().unwrap());
        }
        Self { child, said }
    }

    fn dynamodb_url(&self) -> &str {
        let line = self.said.iter().find_map(|line| line.strip_prefix("DynamoDB is at ")).unwrap();
        line.split_once(',').unwrap().0
    }

    /// The variables that it said to export.
    fn exported(&self) -> Vec<(&str, String)> {
        let exports = self.said.iter().filter_map(|line| line.strip_prefix("export ")?.split_once('='));
        exports.map(|(name, value)| (name, value.to_owned())).collect()
    }
}

const ANY_PORT: [&str; 2] = ["--dynamodb-port", "0"];
const REPAIR: [&str; 2] = ["keys", "repair"];
/// What it answers that is let in.
const LET_IN: &str = "whole (version 1)";

#[tokio::test]
async fn the_key_of_the_cargo_dev_that_runs_in_the_same_folder_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut dev = Dev::start(folder.path(), &ANY_PORT).await;
    assert!(dev.exported().is_empty(), "{:?}", dev.said);
    // What else stands in the environment is for AWS.
    for variables in [vec![], vec![("AWS_ACCESS_KEY_ID", "other".to_owned())]] {
        let said = run_in(folder.path(), &REPAIR, &variables, "").await.expect_refusal();
        assert!(said.contains(LET_IN) && said.contains(dev.dynamodb_url()), "{said}");
    }
    dev.child.kill().await.unwrap();

    // The file of a run that was killed stays, and the next run, in memory here, has another key.
    let port = dev.dynamodb_url().rsplit(':').next().unwrap();
    let next = Dev::start(folder.path(), &["--memory", "--dynamodb-port", port]).await;
    let said = run_in(folder.path(), &REPAIR, &next.exported(), "").await.expect_refusal();
    assert!(said.contains("dynamodb.key is of another run") && said.contains("remove the file"), "{said}");
}

#[tokio::test]
async fn a_run_in_memory_says_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[&ANY_PORT[..], &["--memory"]].concat()).await;
    assert!(!folder.path().join(".local").exists());
    let repair = ["keys", "repair", "--dynamodb-url", dev.dynamodb_url()];
    let said = run_in(folder.path(), &repair, &dev.exported(), "").await.expect_refusal();
    assert!(said.contains(LET_IN), "{said}");
    let said = run_in(folder.path(), &repair, &[], "").await.expect_refusal();
    assert!(said.contains("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what `cargo dev` printed"), "{said}");
}

#[tokio::test]
async fn tables_alone_say_every_variable_that_leads_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[&ANY_PORT[..], &["--tables-only", "--memory"]].concat()).await;
    let names: Vec<_> = dev.exported().into_iter().map(|(name, _value)| name).collect();
    let first = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    assert_eq!(names[..4], first);
    assert!(names.contains(&"USERS_TABLE"), "{names:?}");
}

#[tokio::test]
async fn another_dynamodb_gets_the_key_of_the_environment() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let folder = tempfile::tempdir().unwrap();
    let url = stack.local_dynamodb().url();
    let tables_only = ["--tables-only", "--dynamodb-url", url];
    let key = stack.local_dynamodb().key_variables().map(|(name, value)| (name, value.to_owned()));
    let said = run_in(folder.path(), &tables_only, &key, "").await.expect_success();
    for (name, value) in &key {
        assert!(said.contains(&format!("export {name}={value}\n")), "{said}");
    }
    let said = run_in(folder.path(), &tables_only, &[], "").await.expect_refusal();
    assert!(said.contains("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"), "{said}");
}
