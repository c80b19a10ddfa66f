//! What is to be sent.

use std::fmt;

use super::{Languages, PendingId, PersonDevice};
use crate::clock::Timestamp;
use crate::domain::{EmailAddress, UserId};
use crate::uuid_v7;

/// Names an intent: a UUID v7.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IntentId(String);

impl IntentId {
    /// A new id.
    #[must_use]
    pub fn generate(now: Timestamp) -> Self {
        Self(uuid_v7::generate(now).to_string())
    }

    /// An id as it came out of the store or out of its stream.
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

/// A mail that is to be sent, without any secret: the code is made where it is sent.
#[derive(Clone, Debug)]
pub struct Intent {
    /// Its id.
    pub id: IntentId,
    /// What it is about.
    pub subject: Subject,
    /// Whom it goes to.
    pub email: EmailAddress,
    /// The languages that its reader prefers, if they are known.
    pub languages: Languages,
    /// The browser and the system that the request came from, if they are known.
    pub device: PersonDevice,
    /// When it was asked for.
    pub at: Timestamp,
}

/// What a mail is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A sign-up that waits for its code. If the address has an account already, its owner is told so instead.
    Signup(PendingId),
    /// The address of this user is to be proved.
    Verify(UserId),
    /// The password is to be set anew, if the address has an account. Otherwise nothing is sent.
    Reset,
    /// This user wants to have this address. If it is taken already, its owner is told that somebody tried.
    Change(UserId),
    /// Something has happened.
    Notice(Notice),
}

/// What a user is told about their account, without a code. Notices go to addresses that were proved, and to no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notice {
    /// The password was changed or set anew.
    PasswordChanged,
    /// The account has another address now. It goes to the old one.
    EmailChanged,
    /// Somebody who knows the password asked to give the account another address. It goes to the old one.
    ChangeAsked,
    /// The account was deleted.
    Deleted,
    /// A session ended because two parties used it.
    SessionEnded,
    /// A log-in came from a source that the account did not know.
    NewLogin,
    /// A provider was linked.
    IdentityLinked,
    /// A provider was unlinked.
    IdentityUnlinked,
}

impl Notice {
    /// Every one of them.
    pub const ALL: [Self; 8] = [
        Self::PasswordChanged,
        Self::EmailChanged,
        Self::ChangeAsked,
        Self::Deleted,
        Self::SessionEnded,
        Self::NewLogin,
        Self::IdentityLinked,
        Self::IdentityUnlinked,
    ];

    /// Its name in the store, in templates and in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordChanged => "password_changed",
            Self::EmailChanged => "email_changed",
            Self::ChangeAsked => "change_asked",
            Self::Deleted => "deleted",
            Self::SessionEnded => "session_ended",
            Self::NewLogin => "new_login",
            Self::IdentityLinked => "identity_linked",
            Self::IdentityUnlinked => "identity_unlinked",
        }
    }
}

impl Subject {
    /// Its kind's name in the store and in the log.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Signup(_) => "signup",
            Self::Verify(_) => "verify",
            Self::Reset => "reset",
            Self::Change(_) => "change",
            Self::Notice(notice) => notice.as_str(),
        }
    }

    /// The subject of this kind. `reference` is what [`reference`](Self::reference) gave. `None` if there is none such.
    #[must_use]
    pub fn from_stored(kind: &str, reference: Option<String>) -> Option<Self> {
        match (kind, reference) {
            ("signup", Some(id)) => Some(Self::Signup(PendingId::from_trusted(id))),
            ("verify", Some(id)) => Some(Self::Verify(UserId::from_trusted(id))),
            ("change", Some(id)) => Some(Self::Change(UserId::from_trusted(id))),
            ("reset", None) => Some(Self::Reset),
            (_, None) => Notice::ALL.into_iter().find(|notice| notice.as_str() == kind).map(Self::Notice),
            (_, Some(_)) => None,
        }
    }

    /// The user or the sign-up that it concerns.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Signup(id) => Some(id.as_str()),
            Self::Verify(id) | Self::Change(id) => Some(id.as_str()),
            Self::Reset | Self::Notice(_) => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::{Notice, PendingId, Subject};
    use crate::domain::UserId;

    #[test]
    fn a_subject_comes_back_from_its_kind_and_its_reference() {
        let user = || UserId::from_trusted("7".to_owned());
        let signup = Subject::Signup(PendingId::from_trusted("signup#a".to_owned()));
        let coded = [signup, Subject::Verify(user()), Subject::Reset, Subject::Change(user())];
        for subject in coded.into_iter().chain(Notice::ALL.map(Subject::Notice)) {
            let read = Subject::from_stored(subject.kind(), subject.reference().map(str::to_owned));
            assert_eq!(read, Some(subject));
        }
        for (kind, reference) in [("verify", None), ("reset", Some("7")), ("deleted", Some("7")), ("other", None)] {
            assert_eq!(Subject::from_stored(kind, reference.map(str::to_owned)), None, "{kind}");
        }
    }
}
