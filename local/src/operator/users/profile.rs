//! `users profile`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use shared::domain::{Invalid, Profile};
use shared::environment::Environment;

use super::OneUser;
use super::administration::Administration;
use crate::operator::CommandError;

/// The profile command.
#[derive(Args, Debug)]
pub(super) struct ProfileArgs {
    #[command(subcommand)]
    command: ProfileCommand,
}

#[derive(Debug, Subcommand)]
enum ProfileCommand {
    /// Shows the profile of a user
    Show {
        #[command(flatten)]
        user: OneUser,
    },
    /// Replaces a user's profile
    ///
    /// {} removes all fields. You may set fields that PROFILE_FIELDS does not name: the user sees them and cannot change them.
    Set {
        #[command(flatten)]
        user: OneUser,
        /// A JSON object of at most 1,024 bytes, such as '{"company":"Acme"}'
        #[arg(value_name = "JSON")]
        profile: String,
    },
}

pub(super) async fn run(args: ProfileArgs, environment: Environment) -> Result<(), Box<dyn Error>> {
    match args.command {
        ProfileCommand::Show { user } => {
            let (id, output) = (user.user_id(), user.output);
            let administration = Administration::open(user.target, environment).await?;
            let profile = Value::Object(administration.account(&id).await?.user.profile.to_map());
            Ok(output.tell(&profile, &profile)?)
        }
        ProfileCommand::Set { user, profile } => {
            let profile = parse(&profile).map_err(CommandError::new)?;
            let (id, output) = (user.user_id(), user.output);
            let administration = Administration::open(user.target, environment).await?;
            let Administration { accounts, target } = &administration;
            accounts.set_profile(&id, &profile).await.map_err(|error| administration.refused(&id, &error))?;
            Ok(output.tell(
                format!("Set the profile of user {id} {target}."),
                &json!({"id": id.as_str(), "profile": profile.to_map()}),
            )?)
        }
    }
}

fn parse(json: &str) -> Result<Profile, String> {
    let fields: Map<String, Value> =
        serde_json::from_str(json).map_err(|_not_an_object| "a profile is a JSON object".to_owned())?;
    if let Some(name) = Profile::RESERVED.into_iter().find(|name| fields.contains_key(*name)) {
        return Err(format!("a profile has no field {name}, which means something else"));
    }
    Profile::of(fields).map_err(|invalid: Invalid| invalid.detail)
}
