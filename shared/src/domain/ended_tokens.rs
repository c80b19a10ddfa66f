//! Tokens without a session that were ended before their time.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::uuid_v7;

/// The ids of a user's ended tokens (`jti`), each with the time at which the token expires anyway and can be forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndedTokens(BTreeMap<String, Timestamp>);

impl EndedTokens {
    /// How many are kept. With more, all of the user's tokens end.
    pub const MOST: usize = 10;

    /// Whether the token with this id was ended.
    #[must_use]
    pub fn contains(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    /// Those that can be forgotten.
    pub fn expired(&self, now: Timestamp) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(_id, expires_at)| **expires_at <= now).map(|(id, _expires_at)| id.as_str())
    }

    /// How many cannot.
    #[must_use]
    pub fn live(&self, now: Timestamp) -> usize {
        self.0.len() - self.expired(now).count()
    }

    /// When the last of them was issued, which its id tells. That may be later than now, if the clock that issued it is
    /// ahead.
    #[must_use]
    pub fn last_issued(&self) -> Option<Timestamp> {
        self.0.keys().filter_map(|id| uuid_v7::made_at(id)).max()
    }
}

impl FromIterator<(String, Timestamp)> for EndedTokens {
    fn from_iter<I: IntoIterator<Item = (String, Timestamp)>>(tokens: I) -> Self {
        Self(tokens.into_iter().collect())
    }
}

/// A token that is to end before its time.
#[derive(Clone, Debug)]
pub struct EndedToken {
    /// Its id.
    pub id: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}
