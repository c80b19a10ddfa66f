//! A function's program, started as Lambda starts it.

use std::collections::HashMap;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use local::{InvocationError, RuntimeApi};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use shared::clock::Stopwatch;
use thiserror::Error;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::{JoinError, JoinHandle};

use crate::CpuShare;

/// What to start, and what to ask it.
#[derive(Debug, Deserialize)]
pub struct Run {
    program: String,
    variables: HashMap<String, String>,
    /// The memory whose share of a processor the program gets once it has started, or `None` for no limit.
    megabytes: Option<u64>,
    events: Vec<Value>,
}

/// What came of it. Times are in milliseconds, memory in KiB.
#[derive(Debug, Serialize)]
pub struct Measured {
    init_ms: f64,
    init_cpu_ms: f64,
    invocations: Vec<Invocation>,
    peak_memory_kib: u64,
    log: Vec<String>,
}

/// One event and its answer.
#[derive(Debug, Serialize)]
struct Invocation {
    ms: f64,
    cpu_ms: f64,
    answer: Box<RawValue>,
}

/// Why a run came to nothing.
#[derive(Debug, Error)]
pub enum RunError {
    /// The machine does not do what is needed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The program ended by itself.
    #[error("the program ended: {0}")]
    Ended(String),
    /// What the program wrote was lost.
    #[error(transparent)]
    LogLost(#[from] JoinError),
    /// An event was not answered.
    #[error(transparent)]
    Invocation(#[from] InvocationError),
}

/// Starts the program, waits until it asks for its first event, limits its processor, and hands it one event after the
/// other.
pub async fn measure(run: Run) -> Result<Measured, RunError> {
    let api = RuntimeApi::start().await?;
    let share = run.megabytes.map(CpuShare::of_megabytes).transpose()?;
    let started = Stopwatch::start();
    let mut child = run.command(&api).spawn()?;
    let log = lines_of(&mut child);
    let pid = child.id().ok_or_else(|| RunError::Ended("it has no process id".to_owned()))?;
    let measured = tokio::select! {
        measured = drive(run.events, &api, pid, share.as_ref(), started) => measured,
        status = child.wait() => Err(RunError::Ended(status?.to_string())),
    };
    // Whatever came of it: the group of a process can be removed once the process is gone.
    if child.id().is_some() {
        child.kill().await?;
    }
    let log = log.await?;
    match measured {
        Ok(measured) => Ok(Measured { log, ..measured }),
        Err(RunError::Ended(how)) => Err(RunError::Ended(format!("{how}\n{}", log.join("\n")))),
        Err(error) => Err(error),
    }
}

async fn drive(
    events: Vec<Value>,
    api: &RuntimeApi,
    pid: u32,
    share: Option<&CpuShare>,
    started: Stopwatch,
) -> Result<Measured, RunError> {
    api.asked().await;
    let init = started.elapsed();
    let init_cpu = cpu_time(pid)?;
    if let Some(share) = share {
        share.apply(pid)?;
    }
    let mut invocations = Vec::with_capacity(events.len());
    for event in events {
        let (before, began) = (cpu_time(pid)?, Stopwatch::start());
        let answer = api.invoke(event).await?;
        let took = began.elapsed();
        // It has done all of its work on an event when it asks for the next one.
        api.asked().await;
        let cpu = cpu_time(pid)?.saturating_sub(before);
        invocations.push(Invocation { ms: millis(took), cpu_ms: millis(cpu), answer });
    }
    let peak_memory_kib = peak_memory_kib(pid)?;
    Ok(Measured { init_ms: millis(init), init_cpu_ms: millis(init_cpu), invocations, peak_memory_kib, log: Vec::new() })
}

impl Run {
    fn command(&self, api: &RuntimeApi) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .env("AWS_LAMBDA_FUNCTION_NAME", "function")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", self.megabytes.unwrap_or(1769).to_string())
            .env("AWS_REGION", "us-east-1")
            .envs(&self.variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true);
        command
    }
}

/// What the program writes until it ends, line by line.
fn lines_of(child: &mut Child) -> JoinHandle<Vec<String>> {
    let output = child.stdout.take();
    tokio::spawn(async move {
        let mut log = Vec::new();
        let Some(output) = output else { return log };
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            log.push(line);
        }
        log
    })
}

/// How long the threads of a process, those that live, have had a processor: the first number of `schedstat`, in
/// nanoseconds. <https://docs.kernel.org/scheduler/sched-stats.html>
fn cpu_time(pid: u32) -> io::Result<Duration> {
    let mut nanos = 0;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let stat = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        nanos += stat.split(' ').next().and_then(|nanos| nanos.parse::<u64>().ok()).unwrap_or_default();
    }
    Ok(Duration::from_nanos(nanos))
}

fn peak_memory_kib(pid: u32) -> io::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    peak.ok_or_else(|| io::Error::other("the kernel does not tell the peak of memory"))
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
