//! The codes and tokens that a stand-in has given out. They are in memory and end with the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::clock::Timestamp;

use super::person::Person;
use super::pkce::Challenge;
use super::trouble::Trouble;

/// How long codes are remembered after their end, so that a used one is told from one that never was.
const REMEMBERED: Duration = Duration::from_hours(1);

/// What a code stands for.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) person: Person,
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<Challenge>,
    pub(super) scopes: Vec<String>,
    pub(super) nonce: Option<String>,
    pub(super) trouble: Option<Trouble>,
}

/// What comes of a code.
pub(super) enum Redeemed {
    Grant(Box<Grant>),
    Unknown,
    Used,
    Expired,
}

/// What a token gives access to.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) person: Person,
    pub(super) scopes: Vec<String>,
    pub(super) trouble: Option<Trouble>,
    pub(super) expires_at: Option<Timestamp>,
}

impl Access {
    pub(super) fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }
}

/// How often somebody was read.
pub(super) struct Reads {
    /// How often before, in this window.
    pub(super) earlier: u64,
    pub(super) window_ends: Timestamp,
}

/// What one stand-in has given out.
#[derive(Debug, Default)]
pub(super) struct Grants(Mutex<Given>);

#[derive(Debug, Default)]
struct Given {
    codes: HashMap<String, Code>,
    tokens: HashMap<String, Access>,
    reads: HashMap<u64, (Timestamp, u64)>,
}

#[derive(Debug)]
struct Code {
    grant: Grant,
    expires_at: Timestamp,
    is_used: bool,
}

impl Grants {
    /// A code for a grant.
    pub(super) fn code(
        &self,
        prefix: &str,
        grant: Grant,
        lifetime: Duration,
        now: Timestamp,
    ) -> Result<String, Unspecified> {
        let code = random(prefix)?;
        let mut given = self.given();
        given.codes.retain(|_code, known| known.expires_at.after(REMEMBERED) > now);
        given.codes.insert(code.clone(), Code { grant, expires_at: now.after(lifetime), is_used: false });
        Ok(code)
    }

    /// Uses a code up. An authenticated client that gets something else of it wrong has used it too.
    pub(super) fn redeem(&self, code: &str, now: Timestamp) -> Redeemed {
        match self.given().codes.get_mut(code) {
            None => Redeemed::Unknown,
            Some(code) if code.is_used => Redeemed::Used,
            Some(code) if code.expires_at <= now => Redeemed::Expired,
            Some(code) => {
                code.is_used = true;
                Redeemed::Grant(Box::new(code.grant.clone()))
            }
        }
    }

    /// A token for what a grant gives access to.
    pub(super) fn token(
        &self,
        prefix: &str,
        grant: &Grant,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<String, Unspecified> {
        let token = random(prefix)?;
        let access =
            Access { person: grant.person.clone(), scopes: grant.scopes.clone(), trouble: grant.trouble, expires_at };
        let mut given = self.given();
        given.tokens.retain(|_token, known| known.expires_at.is_none_or(|end| end > now));
        given.tokens.insert(token.clone(), access);
        Ok(token)
    }

    /// What a token gives access to, while it lives.
    pub(super) fn access(&self, token: Option<&str>, now: Timestamp) -> Option<Access> {
        let access = self.given().tokens.get(token?).cloned()?;
        access.expires_at.is_none_or(|end| end > now).then_some(access)
    }

    /// Counts that somebody is read, in windows of this length.
    pub(super) fn count_read(&self, id: u64, window: Duration, now: Timestamp) -> Reads {
        let mut given = self.given();
        let (began, count) = given.reads.entry(id).or_insert((now, 0));
        if began.after(window) <= now {
            (*began, *count) = (now, 0);
        }
        let reads = Reads { earlier: *count, window_ends: began.after(window) };
        *count += 1;
        reads
    }

    fn given(&self) -> MutexGuard<'_, Given> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 256 bits that nobody guesses.
fn random(prefix: &str) -> Result<String, Unspecified> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes)?;
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
}
