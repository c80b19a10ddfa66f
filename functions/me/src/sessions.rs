//! A user's sessions, as their owner sees them.

use serde_json::{Value, json};
use shared::clock::Timestamp;
use shared::domain::{Device, Session, SessionId, Sessions};

/// The sessions that have not ended, the last used first. `current` is the caller's own.
pub(crate) fn list(sessions: &Sessions, current: Option<&SessionId>, now: Timestamp) -> Value {
    let mut shown: Vec<(&SessionId, &Session)> =
        sessions.iter().filter(|(_id, session)| now < session.expires_at).collect();
    shown.sort_by_key(|(_id, session)| std::cmp::Reverse(session.rotated_at));
    let shown = shown.into_iter().map(|(id, session)| {
        json!({
            "id": id.as_str(),
            "current": current == Some(id),
            "created_at": session.created_at.as_millis(),
            "used_at": session.rotated_at.as_millis(),
            "expires_at": session.expires_at.as_millis(),
            "device": session.device.as_ref().map(Device::as_str),
        })
    });
    json!({"sessions": shown.collect::<Vec<_>>()})
}
