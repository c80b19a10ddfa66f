//! Three rules for the rotation of refresh tokens, each for one session. Tokens are numbers.

use std::collections::HashMap;
use std::time::Duration;

use shared::clock::Timestamp;
use shared::domain::{Advance, Authentication, Presented, Session};

/// What the holder of a token receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The token to use next.
    Token(u32),
    /// Another tab was faster: look into the store.
    Superseded,
    /// The session has ended.
    Out,
}

/// A rule, with the state of a session.
pub(crate) trait Rule {
    /// Presents a token at this time, in seconds.
    fn refresh(&mut self, token: u32, now: u64) -> Answer;
}

/// This service's own rule, judged by its own code.
pub(crate) struct Ours(Option<Session>);

impl Ours {
    pub(crate) fn new() -> Self {
        let forever = Duration::from_hours(24 * 365);
        Self(Some(Session::begin(at(0), forever, Authentication::by_password(at(0)), None)))
    }
}

impl Rule for Ours {
    fn refresh(&mut self, token: u32, now: u64) -> Answer {
        let Some(session) = &mut self.0 else { return Answer::Out };
        let advance = match session.judge(token, at(now)) {
            Presented::Repeated => return Answer::Token(session.counter),
            Presented::Superseded => return Answer::Superseded,
            Presented::Unknown => return Answer::Out,
            Presented::Reused => {
                self.0 = None;
                return Answer::Out;
            }
            Presented::Current => Advance::rotation(token),
            Presented::Returned => Advance::branch(session),
        };
        let Some(Advance { from, to, .. }) = advance else { return Answer::Out };
        (session.from, session.counter, session.rotated_at) = (from, to, at(now));
        Answer::Token(to)
    }
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + seconds * 1000)
}

/// Each token works until so many seconds after its first use, and each use makes a new one. A later use ends the session.
pub(crate) struct GraceThenEnd {
    newest: u32,
    first_used: HashMap<u32, u64>,
    ended: bool,
}

impl GraceThenEnd {
    const GRACE: u64 = 60;

    pub(crate) fn new() -> Self {
        Self { newest: 1, first_used: HashMap::new(), ended: false }
    }
}

impl Rule for GraceThenEnd {
    fn refresh(&mut self, token: u32, now: u64) -> Answer {
        let first_used = *self.first_used.entry(token).or_insert(now);
        self.ended |= now - first_used > Self::GRACE;
        if self.ended {
            return Answer::Out;
        }
        self.newest += 1;
        Answer::Token(self.newest)
    }
}

/// The predecessor of the newest token always gets the newest, and so does any token within 10 seconds after its use. Any
/// other use of an old token ends the session.
pub(crate) struct ParentAlways {
    newest: u32,
    rotated: HashMap<u32, u64>,
    ended: bool,
}

impl ParentAlways {
    const REUSE_INTERVAL: u64 = 10;

    pub(crate) fn new() -> Self {
        Self { newest: 1, rotated: HashMap::new(), ended: false }
    }
}

impl Rule for ParentAlways {
    fn refresh(&mut self, token: u32, now: u64) -> Answer {
        if self.ended {
            return Answer::Out;
        }
        if token == self.newest {
            self.rotated.insert(token, now);
            self.newest += 1;
            return Answer::Token(self.newest);
        }
        let just_now = self.rotated.get(&token).is_some_and(|rotated| now - rotated <= Self::REUSE_INTERVAL);
        if token + 1 == self.newest || just_now {
            return Answer::Token(self.newest);
        }
        self.ended = true;
        Answer::Out
    }
}
