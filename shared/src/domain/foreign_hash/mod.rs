//! Hashes that other systems made, for users who have moved here with them. They are verified and never made.

mod bcrypt;
mod encoding;
mod firebase;
mod import;
mod pbkdf2;
mod scrypt;
mod unreadable;

use bcrypt::Bcrypt;
use firebase::FirebaseScrypt;
use pbkdf2::Pbkdf2;
use scrypt::Scrypt;

pub use firebase::FirebaseHashConfig;
pub use unreadable::UnreadableHash;

use super::{PasswordHash, PresentedPassword};

/// The longest hash that is read, in bytes. Firebase's, the longest, have about 300.
pub(super) const MAX_BYTES: usize = 1024;

/// The fewest bytes that a hash's output has: SHA-1's 20 are the shortest that a system here stores. Without a bound, an
/// empty output would be everybody's.
const MIN_OUTPUT: usize = 16;

/// The hash of another system, read once. Its parameters are within the bounds that keep one verification to about a second.
#[derive(Debug)]
pub(super) enum ForeignHash {
    /// Of Auth0, Supabase, Laravel, Devise and many more.
    Bcrypt(Bcrypt),
    /// Django's bcrypt over SHA-256.
    BcryptSha256(Bcrypt),
    /// Of Better Auth and Django.
    Scrypt(Scrypt),
    /// Django's default.
    Pbkdf2(Pbkdf2),
    /// Firebase's own.
    FirebaseScrypt(FirebaseScrypt),
}

/// What a presented password turned out to be for a foreign hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// The right one: from now on its hash can be one of ours.
    Whole,
    /// The right one, as far as the algorithm sees: what stands behind is not proved.
    Beginning,
    /// Not the right one.
    Wrong,
}

impl ForeignHash {
    /// Reads the form in which such a hash is stored.
    pub(super) fn parse(stored: &str) -> Result<Self, UnreadableHash> {
        if stored.len() > MAX_BYTES {
            return Err(UnreadableHash::TooLong);
        }
        let mut parts = stored.split('$');
        let (Some(""), Some(form)) = (parts.next(), parts.next()) else {
            return Err(UnreadableHash::of_unknown_form(stored));
        };
        let parts: Vec<&str> = parts.collect();
        match form {
            version if bcrypt::VERSIONS.contains(&version) => Bcrypt::parse(&parts).map(Self::Bcrypt),
            bcrypt::OVER_SHA256 => match parts.as_slice() {
                [version, parts @ ..] if bcrypt::VERSIONS.contains(version) => {
                    Bcrypt::parse(parts).map(Self::BcryptSha256)
                }
                _ => Err(UnreadableHash::Malformed(bcrypt::OVER_SHA256)),
            },
            scrypt::NAME => Scrypt::parse(&parts).map(Self::Scrypt),
            firebase::FORM => FirebaseScrypt::parse(&parts).map(Self::FirebaseScrypt),
            form => match pbkdf2::Digest::of_form(form) {
                Some(digest) => Pbkdf2::parse(digest, &parts).map(Self::Pbkdf2),
                None => Err(UnreadableHash::of_unknown_form(stored)),
            },
        }
    }

    /// Refuses what is too cheap to guess at. If it is stored already, it is verified all the same, and ends at that log-in.
    pub(super) fn check_strength(&self) -> Result<(), UnreadableHash> {
        match self {
            // bcrypt has a lowest cost of its own.
            Self::Bcrypt(_) | Self::BcryptSha256(_) => Ok(()),
            Self::Scrypt(hash) => hash.check_strength(),
            Self::Pbkdf2(hash) => hash.check_strength(),
            Self::FirebaseScrypt(hash) => hash.check_strength(),
        }
    }

    /// Verifies a password. Most other systems hash what is typed, in whatever way the keyboard composed it.
    pub(super) fn verify(&self, password: &PresentedPassword) -> Match {
        match self {
            Self::Bcrypt(hash) => {
                let opening = password.as_typed_and_nfc().find(|form| hash.is_of(form));
                opening.map_or(
                    Match::Wrong,
                    |form| {
                        if form.len() >= Bcrypt::SEEN { Match::Beginning } else { Match::Whole }
                    },
                )
            }
            Self::BcryptSha256(hash) => whole_if(password.as_typed_and_nfc().any(|form| hash.is_of_sha256(form))),
            Self::Scrypt(hash) => whole_if(hash.is_of(password)),
            Self::Pbkdf2(hash) => whole_if(password.as_typed_and_nfc().any(|form| hash.is_of(form))),
            Self::FirebaseScrypt(hash) => whole_if(password.as_typed_and_nfc().any(|form| hash.is_of(form))),
        }
    }
}

fn whole_if(right: bool) -> Match {
    if right { Match::Whole } else { Match::Wrong }
}

impl PasswordHash {
    /// The name of its algorithm or form, for people: what stands between its first dollar signs. Those of bcrypt are versions.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        match self.as_str().split('$').nth(1) {
            Some(version) if bcrypt::VERSIONS.contains(&version) => bcrypt::NAME,
            Some(name) => name,
            None => "unknown",
        }
    }
}

#[cfg(test)]
mod tests;
