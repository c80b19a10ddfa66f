//! Why a hash is not verified, nor imported.

use thiserror::Error;

/// Why a hash cannot be verified. The message does not repeat the hash.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum UnreadableHash {
    /// It begins like none of the forms that are read.
    #[error("it has none of the forms that can be verified")]
    UnknownForm,
    /// It begins like this form and does not go on like it.
    #[error("it begins like a hash of {0} and cannot be read as one")]
    Malformed(&'static str),
    /// Its parameters ask for more than one log-in may cost.
    #[error("its parameters ask for more work or memory than a log-in may cost: {0}")]
    TooCostly(&'static str),
    /// Guesses at it are too cheap for a password to be safe.
    #[error("{0} is too fast to protect a password: import the user without a hash and send a mail to reset it")]
    TooFast(&'static str),
    /// It says that there is no password.
    #[error("it says that the user has no password")]
    NoPassword,
    /// What it was made with is not in it, and was not given.
    #[error("the parameters that it was made with are missing: pass the project's hash_config by --passwords")]
    NoParameters,
    /// It is longer than any form that is read.
    #[error("it is longer than any hash that can be verified")]
    TooLong,
}

impl UnreadableHash {
    /// What a hash is that begins like none that is read.
    pub(super) fn of_unknown_form(hash: &str) -> Self {
        const FAST: [(&str, &[&str]); 4] = [
            ("MD5", &["$1$", "$apr1$", "md5$", "unsalted_md5$", "{MD5}", "{SMD5}"]),
            ("SHA-1", &["sha1$", "unsalted_sha1$", "{SHA}", "{SSHA}"]),
            ("SHA-2 in crypt(3)", &["$5$", "$6$"]),
            ("phpass", &["$P$", "$H$"]),
        ];
        let of_prefix = FAST.iter().find(|(_name, prefixes)| prefixes.iter().any(|prefix| hash.starts_with(prefix)));
        if let Some((name, _prefixes)) = of_prefix {
            return Self::TooFast(name);
        }
        match hash.len() {
            32 | 40 | 64 | 96 | 128 if hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Self::TooFast("a digest in hexadecimal digits, such as MD5 or SHA-256,")
            }
            _ => Self::UnknownForm,
        }
    }
}
