//! The end of all that was issued so far for a user.

use super::item::{number, timestamp};
use super::session_item::sessions_value;
use super::user_item::if_of_generation;
use super::{Expression, schema};
use crate::domain::{NewGeneration, Session, SessionId, Sessions};

/// The generation after the user's own.
pub(super) fn next_generation(new: NewGeneration<'_>) -> u64 {
    new.user.generation.saturating_add(1)
}

/// Begins the next generation of a user who is as they were read. Of their sessions only the kept one stays. Tokens without a
/// session are all over, so those that were ended one by one are forgotten. `set` goes on with its `SET`, as in `, #a = :a`. The
/// update ends in a `REMOVE`.
pub(super) fn begin_generation(new: NewGeneration<'_>, set: &str) -> Expression {
    let NewGeneration { user, kept, at } = new;
    let valid_after = user.tokens_valid_after.map_or(at, |ended_at| ended_at.max(at));
    let kept = kept.and_then(|id| Some((id, user.sessions.get(id)?)));
    let sessions: Sessions = kept.map(|(id, session)| (id.clone(), session.clone())).into_iter().collect();
    let change = if_of_generation(user.generation)
        .update(format!("SET #generation = :next, #after = :after, #sessions = :sessions{set} REMOVE #ended"))
        .name("#after", schema::TOKENS_VALID_AFTER)
        .name("#sessions", schema::SESSIONS)
        .name("#ended", schema::ENDED)
        .value(":next", number(next_generation(new)))
        .value(":after", timestamp(valid_after))
        .value(":sessions", sessions_value(&sessions));
    match kept {
        Some((id, session)) => if_as_seen(change, id, session),
        None => change,
    }
}

/// The write happens only if the session has not moved on or ended since it was seen: it is written back as it was.
fn if_as_seen(expression: Expression, id: &SessionId, session: &Session) -> Expression {
    expression
        .and("#sessions.#kept.#counter = :counter AND #sessions.#kept.#from = :from")
        .name("#kept", id.as_str())
        .name("#counter", schema::COUNTER)
        .name("#from", schema::FROM)
        .value(":counter", number(session.counter.into()))
        .value(":from", number(session.from.into()))
}
