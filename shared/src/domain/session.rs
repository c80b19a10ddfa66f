//! A session: a log-in that lasts, on one device, with a refresh token that changes at every use.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Authentication, AuthenticationMethods, Invalid};
use crate::clock::Timestamp;

/// For how long the predecessor of a refresh token still returns the same successor, in milliseconds: a response that was
/// lost is asked for again, and two tabs refresh at once.
const GRACE_MILLIS: u64 = 60 * 1000;
/// How far behind the current token one may be and still count as late rather than stolen, within the grace.
const LATE_TOKENS: u32 = 8;

/// Names a session: 128 random bits (OWASP ASVS 5.0 7.2.3) as base64url, 22 characters. It is not a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(String);

impl SessionId {
    /// The length of an id in bytes.
    pub const BYTES: usize = 16;

    /// A new id. `None` if the system has no randomness to give.
    #[must_use]
    pub fn generate() -> Option<Self> {
        let mut bytes = [0; Self::BYTES];
        rand::fill(&mut bytes).ok()?;
        Some(Self::from_bytes(bytes))
    }

    /// The id of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The bytes of this id. `None` only if the store holds an id that this program did not write.
    #[must_use]
    pub fn to_bytes(&self) -> Option<[u8; Self::BYTES]> {
        URL_SAFE_NO_PAD.decode(&self.0).ok()?.try_into().ok()
    }

    /// Reads an id.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        let detail = "Send the id of a session as the list of sessions shows it.";
        bytes.map(Self::from_bytes).ok_or_else(|| Invalid::new("invalid_session_id", detail))
    }

    /// An id as it came out of the store or out of a verified token.
    #[must_use]
    pub fn from_trusted(id: String) -> Self {
        Self(id)
    }

    /// The id as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A session as the store keeps it. It holds nothing secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The number of the current refresh token. The first is 1.
    pub counter: u32,
    /// The number of the token whose successor the current one is. 0 for the first, which is nobody's successor.
    pub from: u32,
    /// When the current token was issued.
    pub rotated_at: Timestamp,
    /// When the session began.
    pub created_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When its user last proved who they are.
    pub authenticated_at: Timestamp,
    /// How they did.
    pub methods: AuthenticationMethods,
    /// The beginning of the `User-Agent` of the log-in.
    pub device: Option<Device>,
}

/// What a refresh token is to the session that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// The current token: a new one takes its place.
    Current,
    /// The predecessor, within the grace: the response was lost or another tab was faster. It gets the current token.
    Repeated,
    /// The predecessor, after the grace: the current token never arrived, and is abandoned for a new one.
    Returned,
    /// An older token, within the grace: whoever sent it has a newer one by now.
    Superseded,
    /// An older token after the grace, or an abandoned one: two parties hold this session.
    Reused,
    /// A token that was never issued: the table was restored to an earlier time.
    Unknown,
}

impl Session {
    /// A session that begins now.
    #[must_use]
    pub fn begin(now: Timestamp, lasts: Duration, authentication: Authentication, device: Option<Device>) -> Self {
        let Authentication { at: authenticated_at, methods } = authentication;
        Self {
            counter: 1,
            from: 0,
            rotated_at: now,
            created_at: now,
            expires_at: now.after(lasts),
            authenticated_at,
            methods,
            device,
        }
    }

    /// When it ends if its refresh token is not used: at its end, or after it has been idle for this long.
    #[must_use]
    pub fn ends_at(&self, idle: Duration) -> Timestamp {
        self.expires_at.min(self.rotated_at.after(idle))
    }

    /// What the token with this number is to the session. A clock that is behind the one that rotated sees a longer grace.
    #[must_use]
    pub fn judge(&self, number: u32, now: Timestamp) -> Presented {
        let in_grace = now.millis_since(self.rotated_at).is_none_or(|age| age <= GRACE_MILLIS);
        match self.counter.checked_sub(number) {
            None => Presented::Unknown,
            Some(0) => Presented::Current,
            Some(_) if number == self.from && in_grace => Presented::Repeated,
            Some(_) if number == self.from => Presented::Returned,
            Some(behind) if in_grace && behind <= LATE_TOKENS => Presented::Superseded,
            Some(_) => Presented::Reused,
        }
    }
}

/// A session that is not stored yet.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// What is to be stored.
    pub session: Session,
}

/// What a person may recognise a device by: at most 64 visible ASCII characters of a `User-Agent`. A caller can write
/// anything into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device(String);

impl Device {
    const MAX_CHARS: usize = 64;

    /// The device of this `User-Agent`. `None` if nothing of it can be shown.
    #[must_use]
    pub fn of_user_agent(user_agent: &[u8]) -> Option<Self> {
        let visible = user_agent.iter().filter(|byte| byte.is_ascii_graphic() || **byte == b' ').take(Self::MAX_CHARS);
        let shown = visible.map(|byte| char::from(*byte)).collect::<String>().trim().to_owned();
        (!shown.is_empty()).then_some(Self(shown))
    }

    /// A device as it came out of the store.
    #[must_use]
    pub fn from_trusted(device: String) -> Self {
        Self(device)
    }

    /// The device as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The sessions of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sessions(BTreeMap<SessionId, Session>);

impl Sessions {
    /// How many there may be: with all of them a user's item stays under 4 KB, which one read unit reads, unless its
    /// identities are long.
    pub const MOST: usize = 10;

    /// The session with this id.
    #[must_use]
    pub fn get(&self, id: &SessionId) -> Option<&Session> {
        self.0.get(id)
    }

    /// Every session and its id.
    pub fn iter(&self) -> impl Iterator<Item = (&SessionId, &Session)> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sessions that give way to a new one: the one that it replaces, all that have ended, and if these are not enough,
    /// those that were not used for the longest time. A version that allows more may have left more than one too many.
    #[must_use]
    pub fn giving_way(
        &self,
        replaced: Option<&SessionId>,
        now: Timestamp,
        idle: Duration,
    ) -> Vec<(&SessionId, &Session)> {
        let may_go = |id: &SessionId, session: &Session| replaced == Some(id) || session.ends_at(idle) <= now;
        let mut sessions: Vec<_> = self.iter().collect();
        sessions.sort_by_key(|(id, session)| (!may_go(id, session), session.rotated_at));
        let to_go = sessions.iter().filter(|(id, session)| may_go(id, session)).count();
        let too_many = (self.len() + 1).saturating_sub(Self::MOST);
        sessions.truncate(to_go.max(too_many).max(1));
        sessions
    }
}

impl FromIterator<(SessionId, Session)> for Sessions {
    fn from_iter<I: IntoIterator<Item = (SessionId, Session)>>(sessions: I) -> Self {
        Self(sessions.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Device, Presented, Session, SessionId, Sessions};
    use crate::clock::Timestamp;
    use crate::domain::Authentication;

    const START: u64 = 1_700_000_000_000;
    const DAY: Duration = Duration::from_hours(24);

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(START + seconds * 1000)
    }

    fn session(counter: u32, from: u32) -> Session {
        let authentication = Authentication::by_password(at(0));
        Session { counter, from, ..Session::begin(at(0), 30 * DAY, authentication, None) }
    }

    #[test]
    fn a_token_is_judged_by_its_number_and_the_age_of_the_current_one() {
        for (counter, from, number, seconds, expected) in [
            (1, 0, 1, 0, Presented::Current),
            (1, 0, 1, 100_000, Presented::Current),
            (5, 4, 4, 0, Presented::Repeated),
            (5, 4, 4, 60, Presented::Repeated),
            (5, 4, 4, 61, Presented::Returned),
            (6, 4, 4, 60, Presented::Repeated),
            (6, 4, 4, 61, Presented::Returned),
            (6, 4, 5, 60, Presented::Superseded),
            (6, 4, 5, 61, Presented::Reused),
            (12, 11, 4, 60, Presented::Superseded),
            (12, 11, 3, 60, Presented::Reused),
            (12, 11, 10, 61, Presented::Reused),
            (5, 4, 6, 0, Presented::Unknown),
        ] {
            assert_eq!(
                session(counter, from).judge(number, at(seconds)),
                expected,
                "{counter} {from} {number} {seconds}"
            );
        }
        let behind = Timestamp::from_millis(START - 1000);
        assert_eq!(session(5, 4).judge(4, behind), Presented::Repeated);
    }

    #[test]
    fn what_has_ended_gives_way_and_otherwise_the_longest_unused() {
        let last_used = |name: u8, rotated: u64, expires: Duration| {
            let session = Session { rotated_at: at(rotated), expires_at: at(0).after(expires), ..session(1, 0) };
            (SessionId::from_bytes([name; 16]), session)
        };
        let names = |sessions: &Sessions, now| -> Vec<u8> {
            let giving_way = sessions.giving_way(None, now, 14 * DAY);
            giving_way.iter().map(|(id, _session)| id.to_bytes().unwrap()[0]).collect()
        };
        let sessions: Sessions =
            [last_used(1, 500, 30 * DAY), last_used(2, 100, 30 * DAY), last_used(3, 900, DAY)].into_iter().collect();
        assert_eq!(names(&sessions, at(1000)), [2]);
        assert_eq!(names(&sessions, at(0).after(2 * DAY)), [3]);
        assert_eq!(names(&sessions, at(0).after(20 * DAY)), [2, 1, 3]);
        assert!(names(&Sessions::default(), at(0)).is_empty());

        let twelve: Sessions = (0..12).map(|name| last_used(name, 100 + u64::from(name), 30 * DAY)).collect();
        assert_eq!(names(&twelve, at(1000)), [0, 1, 2]);
        let replaced = SessionId::from_bytes([9; 16]);
        let giving_way = twelve.giving_way(Some(&replaced), at(1000), 14 * DAY);
        assert_eq!(giving_way.iter().map(|(id, _session)| id.to_bytes().unwrap()[0]).collect::<Vec<_>>(), [9, 0, 1]);
    }

    #[test]
    fn an_id_reads_back_and_nothing_else_is_one() {
        let id = SessionId::generate().unwrap();
        assert_eq!((id.as_str().len(), SessionId::parse(id.as_str())), (22, Ok(id.clone())));
        assert_eq!(SessionId::from_bytes(id.to_bytes().unwrap()), id);
        let (padded, long) = (format!("{id}="), format!("{id}AA"));
        for wrong in ["", "short", &padded, &long, "!!!!!!!!!!!!!!!!!!!!!!"] {
            assert_eq!(SessionId::parse(wrong).unwrap_err().code, "invalid_session_id", "{wrong}");
        }
    }

    #[test]
    fn a_device_is_short_and_visible() {
        let device = |text: &str| Device::of_user_agent(text.as_bytes()).map(|device| device.as_str().to_owned());
        assert_eq!(device("curl/8.5.0").as_deref(), Some("curl/8.5.0"));
        assert_eq!(device(" a\u{202e}b\u{7}\tc ").as_deref(), Some("abc"));
        assert_eq!(device(&"x".repeat(500)).unwrap().len(), 64);
        assert_eq!(device("\u{e9}\n"), None);
    }
}
