use std::process::Stdio;

use api_tests::{Api, Person};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{ChildStderr, ChildStdout, Command};

use crate::command::{PROGRAM, run};

/// The program without a command, on free ports.
struct CargoDev {
    _child: tokio::process::Child,
    api: Api,
    dynamodb_url: String,
    log: Lines<BufReader<ChildStderr>>,
}

impl CargoDev {
    async fn start() -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["--memory", "--port", "0", "--dynamodb-port", "0"]).env_clear().kill_on_drop(true);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said: Lines<BufReader<ChildStdout>> = BufReader::new(child.stdout.take().unwrap()).lines();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut next_url = async |before: &str| {
            let line = said.next_line().await.unwrap().unwrap();
            let url = line.strip_prefix(before).unwrap_or_else(|| panic!("{line}"));
            url.split(',').next().unwrap().to_owned()
        };
        let (api, dynamodb_url) = (next_url("Latchkey is at ").await, next_url("DynamoDB is at ").await);
        Self { _child: child, api: Api::at(&api), dynamodb_url, log }
    }

    async fn next_digest(&mut self) -> String {
        loop {
            let line = self.log.next_line().await.unwrap().unwrap();
            if let Some((_before, after)) = line.split_once("email_digest=") {
                return after.split_whitespace().next().unwrap().trim_matches('"').to_owned();
            }
        }
    }
}

#[tokio::test]
async fn a_digest_is_the_one_in_the_log_however_the_address_comes() {
    let mut dev = CargoDev::start().await;
    let person = Person::new();
    let _ = dev.api.login(&person).await.expect(401);
    let logged = dev.next_digest().await;

    let target = ["--dynamodb-url", dev.dynamodb_url.as_str()];
    let upper = person.email.to_uppercase();
    let by_option = run(&[&["digest", "--email", &upper][..], &target].concat(), &[], "").await.expect_success();
    let by_input = run(&[&["digest"][..], &target].concat(), &[], &format!("{}\n", person.email)).await;
    assert_eq!((by_option.trim_end(), by_input.expect_success().trim_end()), (logged.as_str(), logged.as_str()));
}

#[tokio::test]
async fn what_is_no_address_is_refused_and_not_repeated() {
    for (arguments, input) in [(vec!["digest", "--email", "secret.example.com"], ""), (vec!["digest"], "secret\n")] {
        let said = run(&arguments, &[], input).await.expect_refusal();
        assert!(said.contains("no email address") && !said.contains("secret"), "{said}");
    }
}
