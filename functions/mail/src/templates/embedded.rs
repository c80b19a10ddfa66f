//! The words of the repository.

/// The templates of a language, by the names of their kinds.
pub(super) struct Embedded {
    pub(super) language: &'static str,
    pub(super) templates: &'static [(&'static str, &'static str)],
}

macro_rules! embedded {
    ($language:literal) => {
        embedded!(
            $language, "signup", "verify", "reset", "change", "account_exists", "address_taken", "password_changed",
            "email_changed", "change_asked", "deleted", "session_ended", "new_login", "identity_linked",
            "identity_unlinked"
        )
    };
    ($language:literal, $($kind:literal),+) => {
        Embedded {
            language: $language,
            templates: &[$(($kind, include_str!(concat!("../../mails/", $language, "/", $kind, ".txt")))),+],
        }
    };
}

/// The languages that there are words in.
pub(super) const EMBEDDED: [Embedded; 2] = [embedded!("en"), embedded!("de")];
