//! After a sign-up: a command for each user who is new or gone, as `UserEvents=on` has events for them on AWS.

mod event;
mod user_command;
mod worker;

pub(crate) use user_command::UserCommand;
pub(crate) use worker::UserEvents;
