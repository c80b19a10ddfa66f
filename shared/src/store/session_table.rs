//! Sessions and single tokens in Users: what begins, goes on and ends. Each is one conditional write.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{Item, number, string, timestamp};
use super::session_item::{read_session_of, read_sessions, session_value, sessions_value};
use super::user_item::{if_of_generation, read_claims, read_ended_tokens, read_generation};
use super::{Client, Expression, OutboxTable, Sent, Table, Transaction, Updated, schema};
use crate::clock::Timestamp;
use crate::domain::{
    AddSessionError, Advance, Advanced, Checked, EndedToken, EndedTokens, LinkedIdentity, NewSession, RefreshStore,
    Session, SessionEndStore, SessionId, SessionStore, Sessions, StoreError, UserId,
};
use crate::environment::{ConfigError, Environment};
use crate::mail::{Intent, ReuseStore};

/// How often a write is tried whose condition fails because others write too.
const TRIES: u32 = 5;

/// The table of users, for those who change sessions, and Outbox, if there is mail.
#[derive(Clone, Debug)]
pub struct SessionTable {
    users: Table,
    outbox: Option<OutboxTable>,
}

impl SessionTable {
    /// The table that the environment names.
    pub fn read(environment: &Environment, client: &Client) -> Result<Self, ConfigError> {
        Ok(Self {
            users: Table::read(environment, client, &schema::USERS)?,
            outbox: OutboxTable::read_if_on(environment, client)?,
        })
    }

    /// Others kept writing in between.
    fn contended(&self) -> StoreError {
        StoreError::Unavailable(format!("others kept changing an item of {}", self.users.name()).into())
    }
}

#[async_trait]
impl SessionStore for SessionTable {
    async fn add_session(
        &self,
        user: &UserId,
        checked: Checked<'_>,
        new: &NewSession,
        replaced: Option<&SessionId>,
        idle: Duration,
    ) -> Result<(), AddSessionError> {
        let mut addition = Addition::of(checked, new, replaced).with_room();
        for _ in 0..TRIES {
            let mut item = match self.users.update_and_get_all(user.as_str(), &addition).await? {
                Updated::Done(_user) => return Ok(()),
                Updated::Refused(None) => return Err(AddSessionError::Outdated),
                Updated::Refused(Some(item)) => item,
            };
            if !still_holds(checked, &mut item)? {
                return Err(AddSessionError::Outdated);
            }
            let sessions = read_if_present(&mut item)?;
            // An earlier attempt whose response was lost has added it.
            if sessions.as_ref().is_some_and(|sessions| sessions.get(&new.id).is_some()) {
                return Ok(());
            }
            addition = match sessions {
                None => Addition::of(checked, new, None).into_the_first(),
                Some(sessions) if sessions.len() < Sessions::MOST => Addition::of(checked, new, replaced).with_room(),
                Some(sessions) => {
                    let giving_way = sessions.giving_way(replaced, new.session.created_at, idle);
                    Addition::of(checked, new, None).in_place_of(&giving_way)
                }
            };
        }
        Err(self.contended().into())
    }
}

/// The sessions of a user, or `None` if the account is from before there were any.
fn read_if_present(item: &mut Item<'_>) -> Result<Option<Sessions>, StoreError> {
    if item.names().any(|name| name == schema::SESSIONS) { read_sessions(item).map(Some) } else { Ok(None) }
}

/// Whether a user is as they were checked.
fn still_holds(checked: Checked<'_>, item: &mut Item<'_>) -> Result<bool, StoreError> {
    let identities = item.string_set(schema::IDENTITIES_OF_USER)?;
    let lists = |identity: &LinkedIdentity| identities.iter().any(|listed| listed == identity.as_str());
    let is_disabled = item.optional_timestamp(schema::DISABLED_AT)?.is_some();
    Ok(!is_disabled && read_generation(item)? == checked.generation && checked.identity.is_none_or(lists))
}

/// What holds until the session is there.
const NOT_ADDED_YET: &str = "attribute_not_exists(#sessions.#new)";

/// The ways in which a session is added.
struct Addition<'n> {
    /// What has to hold.
    expression: Expression,
    new: &'n NewSession,
    /// The session that this one takes the place of.
    removed: Option<&'static str>,
}

impl<'n> Addition<'n> {
    fn of(checked: Checked<'_>, new: &'n NewSession, replaced: Option<&SessionId>) -> Self {
        let mut expression = if_of_generation(checked.generation)
            .and("attribute_not_exists(#disabled)")
            .name("#disabled", schema::DISABLED_AT)
            .name("#sessions", schema::SESSIONS);
        if let Some(identity) = checked.identity {
            expression = expression
                .and("contains(#identities, :identity)")
                .name("#identities", schema::IDENTITIES_OF_USER)
                .value(":identity", string(identity.as_str()));
        }
        let removed = replaced.map(|_id| "#sessions.#replaced");
        let expression = match replaced {
            Some(id) => expression.name("#replaced", id.as_str()),
            None => expression,
        };
        Self { expression, new, removed }
    }

    /// There are fewer than there may be.
    fn with_room(self) -> Expression {
        let removed = self.removed.map(|path| format!(" REMOVE {path}")).unwrap_or_default();
        self.expression
            .and("size(#sessions) < :most")
            .and(NOT_ADDED_YET)
            .update(format!("SET #sessions.#new = :new{removed}"))
            .name("#new", self.new.id.as_str())
            .value(":new", session_value(&self.new.session))
            .value(":most", number(Sessions::MOST as u64))
    }

    /// There is no map of sessions yet.
    fn into_the_first(self) -> Expression {
        let first = [(self.new.id.clone(), self.new.session.clone())].into_iter().collect();
        self.expression
            .and("attribute_not_exists(#sessions)")
            .update("SET #sessions = :first")
            .value(":first", sessions_value(&first))
    }

    /// These give way, as they were seen.
    fn in_place_of(self, giving_way: &[(&SessionId, &Session)]) -> Expression {
        let mut removed: Vec<String> = self.removed.map(str::to_owned).into_iter().collect();
        let mut expression = self
            .expression
            .and(NOT_ADDED_YET)
            .name("#new", self.new.id.as_str())
            .name("#counter", schema::COUNTER)
            .value(":new", session_value(&self.new.session));
        for (place, (id, session)) in giving_way.iter().enumerate() {
            removed.push(format!("#sessions.#gone{place}"));
            expression = expression
                .and(format!("#sessions.#gone{place}.#counter = :gone{place}"))
                .name(&format!("#gone{place}"), id.as_str())
                .value(&format!(":gone{place}"), number(session.counter.into()));
        }
        expression.update(format!("SET #sessions.#new = :new REMOVE {}", removed.join(", ")))
    }
}

/// An expression about one session.
fn of_session(id: &SessionId) -> Expression {
    Expression::new()
        .name("#sessions", schema::SESSIONS)
        .name("#session", id.as_str())
        .name("#counter", schema::COUNTER)
        .name("#from", schema::FROM)
}

#[async_trait]
impl RefreshStore for SessionTable {
    async fn advance_session(
        &self,
        user: &UserId,
        id: &SessionId,
        advance: Advance,
        idle: Duration,
        now: Timestamp,
    ) -> Result<Advanced, StoreError> {
        let mut condition = "#sessions.#session.#counter = :current AND #sessions.#session.#expires > :now AND \
                                             #sessions.#session.#rotated > :idle_since AND attribute_not_exists(#disabled)"
            .to_owned();
        let mut expression = of_session(id)
            .update(
                "SET #sessions.#session.#counter = :to, #sessions.#session.#from = :from, \
                 #sessions.#session.#rotated = :now",
            )
            .name("#expires", schema::EXPIRES_AT)
            .name("#rotated", schema::ROTATED_AT)
            .name("#disabled", schema::DISABLED_AT)
            .value(":current", number(advance.current.into()))
            .value(":to", number(advance.to.into()))
            .value(":from", number(advance.from.into()))
            .value(":now", timestamp(now))
            .value(":idle_since", timestamp(now.before(idle)));
        if let Some(from) = advance.successor_of {
            condition.push_str(" AND #sessions.#session.#from = :successor_of");
            expression = expression.value(":successor_of", number(from.into()));
        }
        let session_and_claims = |mut item: Item<'_>| -> Result<_, StoreError> {
            if item.optional_timestamp(schema::DISABLED_AT)?.is_some() {
                return Ok(None);
            }
            let claims = read_claims(&mut item)?;
            Ok(read_session_of(&mut item, id)?.map(|session| (session, claims)))
        };
        match self.users.update_and_get_all(user.as_str(), &expression.condition(condition)).await? {
            Updated::Done(item) => match session_and_claims(item)? {
                Some((session, claims)) => Ok(Advanced::Done(session, claims)),
                None => {
                    Err(StoreError::Corrupt(format!("table {}, attribute {}", self.users.name(), schema::SESSIONS)))
                }
            },
            Updated::Refused(item) => Ok(Advanced::Refused(item.map(session_and_claims).transpose()?.flatten())),
        }
    }
}

#[async_trait]
impl ReuseStore for SessionTable {
    async fn end_session_as_seen(
        &self,
        user: &UserId,
        id: &SessionId,
        seen: &Session,
        notice: Option<&Intent>,
    ) -> Result<bool, StoreError> {
        let end = of_session(id)
            .update("REMOVE #sessions.#session")
            .condition("#sessions.#session.#counter = :counter AND #sessions.#session.#from = :from")
            .value(":counter", number(seen.counter.into()))
            .value(":from", number(seen.from.into()));
        if notice.is_none() {
            return self.users.update(user.as_str(), &end).await;
        }
        let end = Transaction::new(self.users.client()).update(&self.users, user.as_str(), &end)?;
        Ok(OutboxTable::adding_if_any(self.outbox.as_ref(), end, notice)?.send().await? == Sent::Written)
    }
}

#[async_trait]
impl SessionEndStore for SessionTable {
    async fn end_sessions(&self, user: &UserId, ids: &[&SessionId]) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let paths: Vec<_> = (0..ids.len()).map(|place| format!("#sessions.#id{place}")).collect();
        let end = Expression::new()
            .condition("attribute_exists(#sessions)")
            .update(format!("REMOVE {}", paths.join(", ")))
            .name("#sessions", schema::SESSIONS);
        let named = ids.iter().enumerate();
        let end = named.fold(end, |end, (place, id)| end.name(&format!("#id{place}"), id.as_str()));
        self.users.update(user.as_str(), &end).await.map(|_ended| ())
    }

    async fn end_tokens_without_session(&self, user: &UserId, at: Timestamp) -> Result<(), StoreError> {
        self.users.update(user.as_str(), &end_all(at)).await.map(|_ended| ())
    }

    async fn end_token(&self, user: &UserId, token: &EndedToken, now: Timestamp) -> Result<(), StoreError> {
        let mut end = end_one(token, &[]);
        for _ in 0..TRIES {
            let mut item = match self.users.update_and_get_all(user.as_str(), &end).await? {
                Updated::Done(_) | Updated::Refused(None) => return Ok(()),
                Updated::Refused(Some(item)) => item,
            };
            let ended_until = item.optional_timestamp(schema::TOKENS_VALID_AFTER)?;
            if ended_until.is_some_and(|ended_until| ended_until >= token.issued_at) {
                return Ok(());
            }
            let is_first = item.names().all(|name| name != schema::ENDED);
            let ended = read_ended_tokens(&mut item)?;
            let expired: Vec<_> = ended.expired(now).collect();
            end = if is_first {
                end_first(token)
            } else if ended.contains(&token.id) {
                return Ok(());
            } else if ended.live(now) >= EndedTokens::MOST {
                let last_issued = ended.last_issued().unwrap_or(now);
                end_all_and_forget(now.max(token.issued_at).max(last_issued))
            } else {
                end_one(token, &expired)
            };
        }
        Err(self.contended())
    }
}

/// What holds of a token that has not ended with all others.
const NOT_ENDED_YET: &str = "(attribute_not_exists(#after) OR #after < :issued)";

/// Adds one token to those that have ended, and forgets these. It is refused if there are too many, if there is no map of
/// them, and if the token has ended with all others.
fn end_one(token: &EndedToken, forgotten: &[&str]) -> Expression {
    let paths: Vec<_> = (0..forgotten.len()).map(|place| format!("#ended.#gone{place}")).collect();
    let remove = if paths.is_empty() { String::new() } else { format!(" REMOVE {}", paths.join(", ")) };
    let still_there = paths.iter().map(|path| format!("attribute_exists({path})"));
    let room_for_it = ["size(#ended) < :room", "attribute_not_exists(#ended.#token)", NOT_ENDED_YET];
    let conditions: Vec<_> = room_for_it.into_iter().map(str::to_owned).chain(still_there).collect();
    let room = (EndedTokens::MOST + forgotten.len()) as u64;
    let end = Expression::new()
        .condition(conditions.join(" AND "))
        .update(format!("SET #ended.#token = :expires{remove}"))
        .name("#after", schema::TOKENS_VALID_AFTER)
        .name("#ended", schema::ENDED)
        .name("#token", &token.id)
        .value(":expires", timestamp(token.expires_at))
        .value(":issued", timestamp(token.issued_at))
        .value(":room", number(room));
    let named = forgotten.iter().enumerate();
    named.fold(end, |end, (place, id)| end.name(&format!("#gone{place}"), id))
}

/// Ends a token as the first of its user.
fn end_first(token: &EndedToken) -> Expression {
    let first = HashMap::from([(token.id.clone(), timestamp(token.expires_at))]);
    Expression::new()
        .condition("attribute_exists(#key) AND attribute_not_exists(#ended)")
        .and(NOT_ENDED_YET)
        .update("SET #ended = :first")
        .name("#key", schema::USERS.key)
        .name("#after", schema::TOKENS_VALID_AFTER)
        .name("#ended", schema::ENDED)
        .value(":first", AttributeValue::M(first))
        .value(":issued", timestamp(token.issued_at))
}

/// Ends every token without a session that was issued at `at` or before.
fn end_all(at: Timestamp) -> Expression {
    Expression::new()
        .condition("attribute_exists(#key) AND (attribute_not_exists(#after) OR #after < :at)")
        .update("SET #after = :at")
        .name("#key", schema::USERS.key)
        .name("#after", schema::TOKENS_VALID_AFTER)
        .value(":at", timestamp(at))
}

/// Ends them in the place of a full map of single ones, which has room again then.
fn end_all_and_forget(at: Timestamp) -> Expression {
    end_all(at)
        .and("size(#ended) >= :most")
        .update("SET #after = :at REMOVE #ended")
        .name("#ended", schema::ENDED)
        .value(":most", number(EndedTokens::MOST as u64))
}
