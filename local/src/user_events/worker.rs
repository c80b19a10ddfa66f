//! What the pipes and EventBridge do on AWS.

use crate::embedded_dynamodb::Changes;
use crate::rounds::Rounds;
use crate::server::Server;

use super::UserCommand;
use super::event::event;

/// Runs a command for each user who becomes new or goes, one after the other and in their order, until it is stopped or let go
/// of. No request waits for that, and a command that fails is a line of the log.
#[derive(Debug)]
pub(crate) struct UserEvents(Server);

impl UserEvents {
    /// Starts to look.
    pub(crate) fn start(changes: Changes, command: UserCommand) -> Self {
        Self(Server::start(|asked_to_end| async move {
            tokio::select! {
                () = look(changes, command) => {}
                () = asked_to_end.wait() => {}
            }
        }))
    }

    /// Ends the command that runs, and everything that it has started. Later events are dropped.
    pub(crate) async fn stop(self) {
        self.0.stop().await;
    }
}

async fn look(mut changes: Changes, command: UserCommand) {
    let mut rounds = Rounds::start();
    rounds.next().await;
    loop {
        match changes.next() {
            Ok(found) => {
                for change in found {
                    let event = event(&change);
                    if let Err(failure) = command.run(&event.to_string()).await {
                        let kind = event.get("detail-type").and_then(serde_json::Value::as_str).unwrap_or_default();
                        tracing::warn!("--on-user ({}) failed for {kind} of {}: {failure}", command.line(), change.key);
                    }
                }
                rounds.next().await;
            }
            Err(error) => {
                tracing::warn!("the stream of Users cannot be read: {error}");
                rounds.next_after_failure().await;
            }
        }
    }
}
