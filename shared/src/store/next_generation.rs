//! A change of what a user logs in with, which ends what they have logged in with so far.

use super::item::{number, timestamp};
use super::session_item::sessions_value;
use super::user_item::if_of_generation;
use super::{Expression, schema};
use crate::clock::Timestamp;
use crate::domain::{Session, SessionId, Sessions, User};

/// The next generation of a user. Every token without a session ends, and every session but one.
pub(super) struct NextGeneration<'u> {
    /// The user as they were read.
    pub(super) user: &'u User,
    /// The session that stays.
    pub(super) kept: Option<&'u SessionId>,
    /// The time now.
    pub(super) at: Timestamp,
}

impl NextGeneration<'_> {
    /// Its number. The credential gets it too: a log-in with the password reads it there.
    pub(super) fn number(&self) -> u64 {
        self.user.generation.saturating_add(1)
    }

    /// The update of the user, if they are still as they were read. `set` goes on with its `SET` clause, as in `, #a = :a`, and
    /// `rest` with what it removes, as in `, #b`. Tokens without a session are all over, so those that were ended one by one are
    /// forgotten.
    pub(super) fn update(&self, set: &str, rest: &str) -> Expression {
        let Self { user, kept, at } = self;
        let valid_after = user.tokens_valid_after.map_or(*at, |ended_at| ended_at.max(*at));
        let kept = kept.and_then(|id| Some((id, user.sessions.get(id)?)));
        let sessions: Sessions = kept.map(|(id, session)| (id.clone(), session.clone())).into_iter().collect();
        let update = if_of_generation(user.generation)
            .update(format!("SET #generation = :next, #after = :after, #sessions = :sessions{set} REMOVE #ended{rest}"))
            .name("#after", schema::TOKENS_VALID_AFTER)
            .name("#sessions", schema::SESSIONS)
            .name("#ended", schema::ENDED)
            .value(":next", number(self.number()))
            .value(":after", timestamp(valid_after))
            .value(":sessions", sessions_value(&sessions));
        match kept {
            Some((id, session)) => if_as_seen(update, id, session),
            None => update,
        }
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
