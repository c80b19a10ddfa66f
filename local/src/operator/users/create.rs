//! `users create`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;

use clap::Args;
use serde_json::json;
use shared::admin::CreationError;
use shared::clock::Timestamp;
use shared::domain::{EmailAddress, Invalid, Name, User, UserId, UserIdKind};
use shared::environment::Environment;

use super::administration::Administration;
use super::new_secret::new_secret;
use super::output::OutputArgs;
use crate::operator::CommandError;
use crate::operator::target::TargetArgs;

/// Makes an account
///
/// Its password is read from standard input, as one line. A sign-up must take it. USER_IDS, PASSWORD_MIN_LENGTH,
/// ARGON2_MEMORY_KIB and ARGON2_PASSES count as for the functions: set them if the deployment does.
#[derive(Args, Debug)]
pub(super) struct CreateArgs {
    /// The email address
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// The user's name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Say that the user reads mail at this address
    #[arg(long)]
    verified: bool,
    /// Make a random password and print it
    #[arg(long, conflicts_with = "without_password")]
    random: bool,
    /// Make no password. The user sets one by `users send-reset`
    #[arg(long)]
    without_password: bool,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    target: TargetArgs,
}

pub(super) async fn run(args: CreateArgs, environment: Environment, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let ids = UserIdKind::read(&environment)?;
    let refused = |what: &str| {
        let what = what.to_owned();
        move |invalid: Invalid| CommandError::new(format!("the {what} is refused: {}", invalid.detail))
    };
    let email = EmailAddress::parse_new(&args.email).map_err(refused("email address"))?;
    let name = args.name.as_deref().map(Name::parse).transpose().map_err(refused("name"))?;
    let secret = if args.without_password {
        None
    } else {
        Some(new_secret(args.random, name.as_ref(), &email, &environment).await?)
    };
    let Administration { accounts, target } = Administration::open(args.target, environment).await?;
    let user = User {
        name,
        email: Some(email.shown().to_owned()),
        email_verified: args.verified,
        passwordless: secret.is_none(),
        ..User::new(UserId::from_trusted(String::new()), now)
    };
    let hash = secret.as_ref().map(|secret| &secret.hash);
    let user = accounts.create(user, &email, hash, ids).await.map_err(|error| match error {
        CreationError::Store(error) => CommandError::of("users", &target, &error),
        other => CommandError::new(format!("{other} {target}: nothing was done")),
    })?;
    let random = secret.and_then(|secret| secret.random);
    let password = random.as_ref().map(|random| format!("\nTheir password is {random}")).unwrap_or_default();
    args.output.tell(
        format!("Made user {} {target}.{password}", user.id),
        &json!({"id": user.id.as_str(), "password": random}),
    )?;
    Ok(())
}
