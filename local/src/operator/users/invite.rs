//! `users invite`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::time::Duration;

use clap::Args;
use secrecy::ExposeSecret as _;
use serde_json::json;
use shared::clock::Timestamp;
use shared::domain::UserClaims;
use shared::environment::Environment;
use shared::mail::{Invitation, InvitationCode, InvitationStore as _};
use shared::store::InvitationTable;

use super::administration::email;
use super::output::OutputArgs;
use crate::operator::CommandError;
use crate::operator::target::TargetArgs;
use crate::operator::times::text;

/// Makes an invitation to sign up, which works once
///
/// Prints its code, which is stored nowhere. Give it to the person: a sign-up takes it as `invite`.
#[derive(Args, Debug)]
pub(super) struct InviteArgs {
    /// Only a sign-up with this address can use it
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// For how many days it is good
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=365))]
    days: u16,
    /// The claims of the new user: a JSON object, such as '{"role":"editor"}'
    #[arg(long, value_name = "JSON")]
    claims: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    target: TargetArgs,
}

pub(super) async fn run(args: InviteArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let claims = args.claims.as_deref().map(UserClaims::parse).transpose();
    let invitation = Invitation {
        good_until: now.after(Duration::from_hours(24 * u64::from(args.days))),
        email: args.email.as_deref().map(email).transpose()?,
        claims: claims.map_err(|error| CommandError::new(error.to_string()))?.unwrap_or_default(),
    };
    let target = args.target.find(environment).await?;
    let no_randomness = || CommandError::new("the system has no randomness for a code".to_owned());
    let code = InvitationCode::generate().ok_or_else(no_randomness)?;
    let invitations = InvitationTable::read(&target.environment, &target.client)?;
    let made = invitations.invite(&code.id(), &invitation).await;
    made.map_err(|error| CommandError::of("invitations", &target, &error))?;
    let code = code.as_secret().expose_secret();
    args.output.tell(
        format!("{code}\nThis invitation {target} works once, until {}.", text(invitation.good_until)),
        &json!({"invite": code, "good_until": invitation.good_until.as_millis()}),
    )?;
    Ok(())
}
