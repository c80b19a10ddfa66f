//! What kinds of mail there are.

use shared::mail::Notice;

/// A kind of mail. Each has words of its own in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The code of a sign-up.
    Signup,
    /// The code that proves the address of an account.
    Verify,
    /// The code that sets a new password.
    Reset,
    /// The code that gives an account a new address.
    Change,
    /// Somebody signed up with an address that has an account.
    AccountExists,
    /// Somebody wants to give another account an address that has one.
    AddressTaken,
    /// Something has happened.
    Notice(Notice),
}

impl Kind {
    /// Its name in the files of templates and in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signup => "signup",
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Change => "change",
            Self::AccountExists => "account_exists",
            Self::AddressTaken => "address_taken",
            Self::Notice(notice) => notice.as_str(),
        }
    }

    /// Every one of them.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Signup, Self::Verify, Self::Reset, Self::Change, Self::AccountExists, Self::AddressTaken]
            .into_iter()
            .chain(Notice::ALL.map(Self::Notice))
    }

    /// Whether it carries a code.
    #[must_use]
    pub const fn has_code(self) -> bool {
        matches!(self, Self::Signup | Self::Verify | Self::Reset | Self::Change)
    }
}
