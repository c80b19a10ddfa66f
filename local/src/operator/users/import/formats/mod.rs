//! The systems that users come from: one file for each says what its exports look like.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

mod auth0;
mod better_auth;
mod cognito;
mod devise;
mod django;
mod firebase;
mod laravel;
mod latchkey;
mod supabase;
mod xano;

use std::path::Path;

use clap::ValueEnum;
use shared::clock::Timestamp;

use super::record::Record;
use super::rows::Row;
use crate::operator::CommandError;

/// A system that users come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum System {
    /// Auth0's user export, with --passwords for the hashes that its support gives
    Auth0,
    /// `firebase auth:export`, with --passwords for the project's hash_config
    Firebase,
    /// Rows of Supabase's auth.users
    Supabase,
    /// Rows of Better Auth's user, joined with account
    BetterAuth,
    /// Xano's table of users
    Xano,
    /// `aws cognito-idp list-users`
    Cognito,
    /// Rows of Django's auth_user
    Django,
    /// Rows of Laravel's users
    Laravel,
    /// Rows of the users of Devise, for Rails
    Devise,
    /// What `users export` wrote
    Latchkey,
}

/// Reads the rows of one system.
pub(super) trait Format: Send {
    /// What a row says, or why it says nothing of a user. `None` if it is about something else.
    fn record(&self, row: Row) -> Result<Option<Record>, String>;

    /// Ends a reading of the file. Why rows are missing, if the file tells that.
    fn end(&self) -> Option<String> {
        None
    }
}

impl System {
    /// The member of a JSON document that holds the users, if it is not an array itself.
    pub(super) fn wrapper(self) -> Option<&'static str> {
        match self {
            Self::Firebase => Some("users"),
            Self::Cognito => Some("Users"),
            _ => None,
        }
    }

    /// How the rows are read. `passwords` is what --passwords names.
    pub(super) fn format(self, passwords: Option<&Path>, now: Timestamp) -> Result<Box<dyn Format>, CommandError> {
        if passwords.is_some() && !matches!(self, Self::Auth0 | Self::Firebase) {
            let reason = "--passwords is for auth0 and firebase: the others have hashes in their rows";
            return Err(CommandError::new(reason.to_owned()));
        }
        Ok(match self {
            Self::Auth0 => Box::new(auth0::Auth0::read(passwords)?),
            Self::Firebase => Box::new(firebase::Firebase::read(passwords)?),
            Self::Supabase => Box::new(supabase::Supabase { now }),
            Self::BetterAuth => Box::new(better_auth::BetterAuth),
            Self::Xano => Box::new(xano::Xano),
            Self::Cognito => Box::new(cognito::Cognito),
            Self::Django => Box::new(django::Django),
            Self::Laravel => Box::new(laravel::Laravel),
            Self::Devise => Box::new(devise::Devise),
            Self::Latchkey => Box::new(latchkey::LatchkeyExport::default()),
        })
    }
}
