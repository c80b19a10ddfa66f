//! Functions' programs, run as Lambda runs them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Fault, Program};

/// The time-out of the functions, as template.yaml sets it.
const FUNCTION_TIMEOUT: Duration = Duration::from_secs(15);

/// How much memory Argon2 works in unless it is told otherwise, in KiB.
const ARGON2_KIB: u64 = 19 * 1024;

/// Where a function fetches its events.
pub struct RuntimeApi(local::RuntimeApi);

/// A function's program, running.
pub struct Function {
    child: tokio::process::Child,
}

impl RuntimeApi {
    /// Starts to listen.
    pub async fn start() -> Self {
        Self(local::RuntimeApi::start().await.unwrap())
    }

    /// Starts the program of a function. It gets these variables, what Lambda sets, and nothing else.
    #[must_use]
    pub fn start_function(&self, program: Program, variables: &[(&str, impl AsRef<OsStr>)]) -> Function {
        let child = self.command(program, variables).kill_on_drop(true).spawn().unwrap();
        Function { child }
    }

    /// Starts the program once for each of these variables with a bad value, the tables named otherwise, and checks
    /// that it ends at once and that its log names the variable and holds the expected words. It returns the whole log.
    pub async fn assert_refuses(&self, program: Program, bad: &[(&'static str, &str, &str)]) -> String {
        self.assert_refuses_beside(program, &[], bad).await
    }

    /// Like [`assert_refuses`](Self::assert_refuses), beside these variables with a good value.
    pub async fn assert_refuses_beside(
        &self,
        program: Program,
        beside: &[(&'static str, &str)],
        bad: &[(&'static str, &str, &str)],
    ) -> String {
        let mut whole_log = String::new();
        for (variable, value, expected) in bad {
            let good = program
                .table_variables()
                .into_iter()
                .map(|table| (table, "some-table"))
                .chain(beside.iter().copied())
                .filter(|(name, _)| name != variable);
            let variables: Vec<_> = good.chain([(*variable, *value)]).collect();
            let ended = self.command(program, &variables).kill_on_drop(true).output();
            let ended = tokio::time::timeout(FUNCTION_TIMEOUT, ended).await;
            let output = ended.unwrap_or_else(|_elapsed| panic!("{variable}={value} is accepted")).unwrap();
            let log = String::from_utf8(output.stdout).unwrap();
            assert!(!output.status.success(), "{variable}={value}");
            assert!(log.contains(variable) && log.contains(expected), "{variable}={value}: {log}");
            whole_log.push_str(&log);
        }
        whole_log
    }

    /// Hands an event to the function and returns its answer.
    pub async fn invoke(&self, event: Value) -> Value {
        let answer = self.0.invoke(event).await.unwrap_or_else(|error| panic!("{error}"));
        serde_json::from_str(answer.get()).unwrap()
    }

    /// Hands an event to the function, which reports an error and goes on.
    pub async fn expect_error(&self, event: Value) {
        let answer = self.0.invoke(event.clone()).await;
        assert!(matches!(answer, Err(local::InvocationError::Reported(_))), "{event}: {answer:?}");
    }

    /// Starts the program and checks that this event, its first, finds the connections that it needs and the memory that
    /// Argon2 works in, which is in huge pages where the system has some.
    pub async fn assert_first_request_is_prepared(
        &self,
        program: Program,
        variables: &[(&str, impl AsRef<OsStr>)],
        event: Value,
        status: u16,
    ) {
        let function = self.start_function(program, variables);
        self.asked_in_time().await;
        if Path::new("/sys/kernel/mm/transparent_hugepage").exists() {
            let huge_kib = function.memory_for_huge_pages_kib();
            assert!(huge_kib >= ARGON2_KIB, "huge pages are asked for in {huge_kib} KiB");
        }
        let (sockets, memory_kib) = (function.sockets(), function.peak_memory_kib());
        let answer = self.invoke_in_time(event).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
        self.asked_in_time().await;
        assert_eq!(function.sockets(), sockets, "the first request opened connections");
        let more_kib = function.peak_memory_kib() - memory_kib;
        assert!(more_kib < ARGON2_KIB / 2, "the first request took {more_kib} KiB more");
    }

    /// Hands an event to the function and returns its answer, which has to come before Lambda would end the function.
    pub async fn invoke_in_time(&self, event: Value) -> Value {
        let answer = tokio::time::timeout(FUNCTION_TIMEOUT, self.invoke(event)).await;
        answer.expect("the function answers within its own time-out")
    }

    /// Hands an event to the function, which answers in time that something it needs is unavailable.
    pub async fn expect_unavailable(&self, event: Value, fault: &Fault) {
        let answer = self.invoke_in_time(event).await;
        let got = (&answer["statusCode"], &answer["headers"]["retry-after"], &body_of(&answer)["code"]);
        assert_eq!(got, (&json!(503), &json!("1"), &json!("unavailable")), "{fault:?}");
    }

    async fn asked_in_time(&self) {
        tokio::time::timeout(FUNCTION_TIMEOUT, self.0.asked()).await.expect("the function asks for an event");
    }

    fn command(&self, program: Program, variables: &[(&str, impl AsRef<OsStr>)]) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(program.path());
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", self.0.address())
            .env("AWS_LAMBDA_FUNCTION_NAME", "function")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

impl Function {
    /// Reads what the program writes from now on and throws it away: a pipe that nobody reads holds few lines, and then
    /// the program waits.
    pub fn discard_log(&mut self) {
        let mut log = self.child.stdout.take().unwrap();
        tokio::spawn(async move { tokio::io::copy(&mut log, &mut tokio::io::sink()).await });
    }

    /// The most memory that the process has held so far, in KiB.
    #[must_use]
    pub fn peak_memory_kib(&self) -> u64 {
        self.status_kib("VmHWM:")
    }

    /// The memory that the process holds, in KiB.
    #[must_use]
    pub fn memory_kib(&self) -> u64 {
        self.status_kib("VmRSS:")
    }

    fn status_kib(&self, name: &str) -> u64 {
        let status = self.read_proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
    }

    /// The memory for which the process has asked for huge pages, in KiB.
    fn memory_for_huge_pages_kib(&self) -> u64 {
        let (mut size, mut huge) = (0, 0);
        for line in self.read_proc("smaps").lines() {
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                ["Size:", kib, "kB"] => size = kib.parse().unwrap(),
                ["VmFlags:", ref flags @ ..] if flags.contains(&"hg") => huge += size,
                _ => {}
            }
        }
        huge
    }

    /// How long the process has had a processor so far, to a hundredth of a second.
    #[must_use]
    pub fn cpu_time(&self) -> Duration {
        let stat = self.read_proc("stat");
        // The name of the program is in brackets and may hold anything; user and system time are the 12th and 13th
        // fields behind it, in ticks of which Linux shows 100 a second everywhere.
        let fields = stat.rsplit_once(')').unwrap().1;
        let ticks: u64 = fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// How many sockets the process has open.
    fn sockets(&self) -> usize {
        let open = std::fs::read_dir(self.proc("fd")).unwrap();
        let targets = open.map(|file| std::fs::read_link(file.unwrap().path()).unwrap());
        targets.filter(|target| target.to_string_lossy().starts_with("socket:")).count()
    }

    fn read_proc(&self, file: &str) -> String {
        std::fs::read_to_string(self.proc(file)).unwrap()
    }

    fn proc(&self, file: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{file}", self.child.id().unwrap()))
    }

    /// Ends the program and returns what it wrote.
    pub async fn stop(mut self) -> Output {
        self.child.start_kill().unwrap();
        self.child.wait_with_output().await.unwrap()
    }
}

/// An event as an HTTP API sends it for a request with this body.
#[must_use]
pub fn http_api_event(method: &str, path: &str, body: &Value) -> Value {
    json!({
        "version": "2.0",
        "routeKey": format!("{method} {path}"),
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "host": "api.example.com"},
        "requestContext": {
            "domainName": "api.example.com",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "requestId": "request-1",
            "stage": "$default",
        },
        "body": body.to_string(),
        "isBase64Encoded": false,
    })
}

/// The same event, with this token in its `Authorization`.
#[must_use]
pub fn authorized_event(mut event: Value, token: &str) -> Value {
    event["headers"]["authorization"] = format!("Bearer {token}").into();
    event
}

/// The same event, come through a trusted proxy that knows this secret.
#[must_use]
pub fn proxied_event(mut event: Value, secret: &str) -> Value {
    event["headers"]["x-origin-secret"] = secret.into();
    event["headers"]["cloudfront-viewer-address"] = "192.0.2.1:50000".into();
    event
}

/// The body of a function's answer.
#[must_use]
pub fn body_of(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}
