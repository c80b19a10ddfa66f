//! `users end-sessions`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;

use clap::Args;
use serde_json::json;
use shared::clock::Timestamp;
use shared::environment::Environment;

use super::OneUser;
use crate::operator::tokens;

/// Ends every session and token that a user has so far, as `tokens end` does
#[derive(Args, Debug)]
pub(super) struct EndSessionsArgs {
    #[command(flatten)]
    user: OneUser,
}

pub(super) async fn run(args: EndSessionsArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let (id, output) = (args.user.user_id(), args.user.output);
    let target = args.user.target.find(environment).await?;
    tokens::end_all(&id, &target, now).await?;
    let said = format!("Ended the sessions and tokens that user {id} {target} has so far. They can log in again.");
    output.tell(said, &json!({"id": id.as_str(), "sessions": "ended"}))?;
    Ok(())
}
