//! The events that Latchkey sends if it has `UserEvents=on`.

use serde::Deserialize;

/// What happened to a user. Everything else that EventBridge says of an event is passed over.
#[derive(Debug, Deserialize)]
#[serde(tag = "detail-type", content = "detail")]
pub(crate) enum UserEvent {
    /// They signed up.
    #[serde(rename = "latchkey.user.created")]
    Created(User),
    /// Their account was deleted.
    #[serde(rename = "latchkey.user.deleted")]
    Deleted(User),
}

/// The user.
#[derive(Debug, Deserialize)]
pub(crate) struct User {
    /// Their id, which is `sub` in their tokens.
    pub(crate) id: String,
}
