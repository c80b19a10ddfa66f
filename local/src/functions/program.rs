//! A function's program, from its start to its end.

use std::process::Stdio;
use std::sync::Arc;

use futures_util::FutureExt as _;
use serde_json::Value;
use tokio::sync::watch;

use super::runtime_api::TIMEOUT;
use super::{FunctionCommand, InvocationError, Invoke, InvokeError, RuntimeApi};
use crate::StartError;
use crate::process_group::{ProcessGroup, shell};
use crate::server::{Ended, Server};

/// A program that runs, and ends when it is let go of.
#[derive(Debug)]
pub(crate) struct Program(Server);

impl Program {
    /// Starts the program of a function. It gets this process's environment, these variables, and what Lambda sets.
    /// Events that arrive before it asks for the first one wait for it.
    pub(crate) async fn start(
        function: &FunctionCommand,
        variables: &[(&str, &str)],
    ) -> Result<(Self, Invoke), StartError> {
        let cannot_start = |source| StartError::Function { command: function.command().to_owned(), source };
        let runtime_api = RuntimeApi::start().await.map_err(cannot_start)?;
        let mut command = shell(function.command());
        command
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api.address())
            .env("AWS_LAMBDA_FUNCTION_NAME", function.prefix().trim_matches('/').replace('/', "-"))
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let group = ProcessGroup::start(command).map_err(cannot_start)?;
        let (ended, has_ended) = watch::channel(false);
        let name = format!("{} ({})", function.prefix(), function.command());
        let program = Self(Server::start(|asked_to_end| supervise(name, group, ended, asked_to_end)));
        Ok((program, invoke(runtime_api, has_ended)))
    }

    /// Ends the program and everything that it has started.
    pub(crate) async fn stop(self) {
        self.0.stop().await;
    }
}

/// Waits for the end of a program, its own or the one that is asked for, and says so where it is its own.
async fn supervise(name: String, mut group: ProcessGroup, ended: watch::Sender<bool>, asked_to_end: Ended) {
    tokio::select! {
        status = group.wait() => {
            let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
            tracing::error!("{name} has ended ({status}): its requests are answered with 500 until cargo dev starts again");
        }
        () = asked_to_end.wait() => {
            group.kill();
            let _ = group.wait().await;
        }
    }
    let _ = ended.send(true);
}

fn invoke(runtime_api: RuntimeApi, has_ended: watch::Receiver<bool>) -> Invoke {
    let runtime_api = Arc::new(runtime_api);
    Arc::new(move |event: Value| {
        let (runtime_api, mut has_ended) = (Arc::clone(&runtime_api), has_ended.clone());
        async move {
            let answer = async {
                tokio::select! {
                    answer = runtime_api.invoke(event) => answer,
                    _ = has_ended.wait_for(|ended| *ended) => Err(InvocationError::Ended),
                }
            };
            let answer = tokio::time::timeout(TIMEOUT, answer).await.unwrap_or(Err(InvocationError::TimedOut));
            answer.map_err(InvokeError::from)
        }
        .boxed()
    })
}
