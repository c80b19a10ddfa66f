//! Tokens, good ones and bad ones.

use std::sync::Arc;
use std::time::Duration;

use arbitrary::Arbitrary;
use secrecy::ExposeSecret as _;
use shared::clock::Timestamp;
use shared::domain::{AuthenticationMethods, UserClaims, UserId};
use shared::keys::{CodeKey, DigestKey, DigestKeyRecord, RefreshKey, SigningKey, SigningKeyRecord, SigningKeySet};
use shared::tokens::{BoundTo, Grant, Issuer, TokenIssuer, TokenLifetimes};

use crate::people::{GRACE, NOBODY};
use crate::{MARK, START};

/// The host name of every event that names the usual one.
pub const DOMAIN: &str = "api.example.com";
/// For whom tokens are.
pub const AUDIENCE: &str = "latchkey";
const LIFETIME: Duration = Duration::from_hours(24);

/// Who issues tokens at [`DOMAIN`].
pub fn issuer() -> Issuer {
    Issuer::of_domain(DOMAIN).expect("an issuer")
}

/// A signing key set and tokens made with it. They differ from run to run, so an input names them and does not hold
/// them.
pub struct Tokens {
    /// The keys.
    pub keys: Arc<SigningKeySet>,
    /// The one that is valid, Grace's.
    pub valid: String,
    expired: String,
    ended: String,
    of_nobody: String,
    of_other_keys: String,
    of_other_issuer: String,
}

impl Tokens {
    /// When Grace last ended her tokens.
    pub const ENDED_AT: Timestamp = Timestamp::from_millis(START.as_millis() - 60_000);

    /// New keys and new tokens.
    pub fn new() -> Self {
        let key = || SigningKey::generate().expect("a key").pkcs8().clone();
        let set = || {
            let digest_key = DigestKey::generate().expect("a digest key").as_bytes().clone();
            let code_key = CodeKey::generate().expect("a key of codes").as_bytes().clone();
            let digest_keys = Some(DigestKeyRecord { digest_key: digest_key.clone(), code_key });
            let refresh_key = Some(RefreshKey::generate().expect("a refresh key").as_bytes().clone());
            let (version, current_since, previous, current, next) = (1, START, None, key(), key());
            let record = SigningKeyRecord {
                version,
                current_since,
                previous,
                current,
                next,
                digest_key,
                refresh_key,
                digest_keys,
            };
            Arc::new(SigningKeySet::from_record(record).expect("keys"))
        };
        let (keys, others) = (set(), set());
        let (ours, theirs) = (issuer(), Issuer::of_domain("other.example.com").expect("an issuer"));
        let issue = |keys: &SigningKeySet, issuer: &Issuer, user: &str, at: u64| {
            let lifetimes = TokenLifetimes { alone: LIFETIME, in_session: LIFETIME };
            let now = Timestamp::from_millis(at);
            let grant = Grant {
                user_id: &UserId::from_trusted(user.to_owned()),
                authenticated_at: now,
                methods: &AuthenticationMethods::password(),
                claims: &UserClaims::default(),
                bound_to: BoundTo::Generation(0),
            };
            let issued = TokenIssuer::new(AUDIENCE.to_owned(), lifetimes).issue(keys, issuer, grant, now);
            let issued = issued.expect("a token");
            issued.token.expose_secret().to_owned()
        };
        let now = START.as_millis();
        Self {
            valid: issue(&keys, &ours, GRACE, now),
            expired: issue(&keys, &ours, GRACE, START.before(LIFETIME).as_millis()),
            ended: issue(&keys, &ours, GRACE, Self::ENDED_AT.as_millis()),
            of_nobody: issue(&keys, &ours, NOBODY, now),
            of_other_keys: issue(&others, &ours, GRACE, now),
            of_other_issuer: issue(&keys, &theirs, GRACE, now),
            keys,
        }
    }

    /// Every token that was issued and verifies: whether its user is there and has ended it is not the token's to say.
    pub fn issued(&self) -> [&str; 3] {
        [&self.valid, &self.ended, &self.of_nobody]
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self::new()
    }
}

/// A token as an input asks for it.
#[derive(Arbitrary, Debug)]
pub enum Token<'a> {
    /// The valid one.
    Valid,
    /// One whose time is over.
    Expired,
    /// One that its user has ended.
    Ended,
    /// One of a user who is gone.
    OfNobody,
    /// One of a deployment with other keys.
    OfOtherKeys,
    /// One of another issuer with the same keys.
    OfOtherIssuer,
    /// The valid one with this text in place of what is at this position.
    Edited(u16, &'a str),
    /// The valid one, cut.
    Cut(u16),
    /// Anything.
    Text(&'a str),
}

impl Token<'_> {
    /// The token.
    pub fn of(&self, tokens: &Tokens) -> String {
        let valid = &tokens.valid;
        let at = |position: u16| usize::from(position) % valid.len();
        match self {
            Self::Valid => valid.clone(),
            Self::Expired => tokens.expired.clone(),
            Self::Ended => tokens.ended.clone(),
            Self::OfNobody => tokens.of_nobody.clone(),
            Self::OfOtherKeys => tokens.of_other_keys.clone(),
            Self::OfOtherIssuer => tokens.of_other_issuer.clone(),
            Self::Edited(position, text) => {
                let (before, after) = valid.split_at(at(*position));
                format!("{before}{text}{}", after.get(text.len()..).unwrap_or_default())
            }
            Self::Cut(position) => valid.split_at(at(*position)).0.to_owned(),
            Self::Text(text) => format!("{text}{MARK}"),
        }
    }
}
