//! A function of an app whose users sign up with Latchkey. It greets each new user with a message in a table of the app's own,
//! and deletes the message with the user. Lambda runs it for each event; `cargo dev --on-user` runs it with one on its standard
//! input.

mod event;
mod welcome;

use std::io::Write as _;

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use lambda_runtime::{Error, LambdaEvent, service_fn};

use event::UserEvent;
use welcome::Welcome;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let dynamodb = Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    let (users, messages) = (required("USERS_TABLE")?, variable("MESSAGES_TABLE"));
    if variable("AWS_LAMBDA_RUNTIME_API").is_none() {
        return greet_once(&Welcome { dynamodb, users, messages }).await;
    }
    lambda_runtime::tracing::init_default_subscriber();
    let welcome = &Welcome { dynamodb, users, messages: Some(required("MESSAGES_TABLE")?) };
    let handle = async |event: LambdaEvent<UserEvent>| {
        // Not what it says: a name is personal data, and the log keeps it longer than the user may want.
        let done = welcome.handle(&event.payload).await?;
        lambda_runtime::tracing::info!("{}", done.summary());
        Ok::<_, Error>(())
    };
    lambda_runtime::run(service_fn(handle)).await
}

/// Handles the event on the standard input, and says on the standard output what was done.
async fn greet_once(welcome: &Welcome) -> Result<(), Error> {
    let event: UserEvent = serde_json::from_reader(std::io::stdin().lock())?;
    let done = welcome.handle(&event).await?;
    writeln!(std::io::stdout(), "{}", done.text().unwrap_or(done.summary()))?;
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "this program stands alone and reads its environment here, once")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn required(name: &str) -> Result<String, Error> {
    variable(name).ok_or_else(|| format!("{name} is not set: it must name the table").into())
}
