//! What waits for a code.

use std::fmt;

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretSlice};

use super::{Languages, UsedInvitation};
use crate::clock::Timestamp;
use crate::domain::{EmailAddress, Invalid, Name, PasswordHash, Profile, SourceDigest, UserId};

/// Names what waits for a code: its purpose, `#`, and whom it is about. There is one of each at a time, so a person never
/// has to find out which of two mails is the right one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PendingId(String);

impl PendingId {
    /// The length of what names a sign-up, in bytes.
    const SIGNUP_BYTES: usize = 16;

    /// A new sign-up. `None` if the system has no randomness to give.
    #[must_use]
    pub fn new_signup() -> Option<Self> {
        let mut bytes = [0; Self::SIGNUP_BYTES];
        rand::fill(&mut bytes).ok()?;
        Some(Self(format!("signup#{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// The sign-up that a caller names.
    pub fn of_signup(name: &str) -> Result<Self, Invalid> {
        if URL_SAFE_NO_PAD.decode(name).is_ok_and(|bytes| bytes.len() == Self::SIGNUP_BYTES) {
            Ok(Self(format!("signup#{name}")))
        } else {
            Err(Invalid::new("invalid_signup_id", "This sign-up is not known here. Sign up again."))
        }
    }

    /// The proof of a user's address.
    #[must_use]
    pub fn of_verification(user: &UserId) -> Self {
        Self(format!("verify#{user}"))
    }

    /// The reset of a password. It is bound to the address alone: a change of the account must not take the code away from
    /// the owner of the address.
    #[must_use]
    pub fn of_reset(email_digest: &str) -> Self {
        Self(format!("reset#{email_digest}"))
    }

    /// The change of a user's address.
    #[must_use]
    pub fn of_change(user: &UserId) -> Self {
        Self(format!("change#{user}"))
    }

    /// An invitation to sign up. Its code is known to the invited person alone.
    pub(super) fn of_invitation(digest: &str) -> Self {
        Self(format!("invite#{digest}"))
    }

    /// An id as it came out of the store.
    #[must_use]
    pub fn from_trusted(id: String) -> Self {
        Self(id)
    }

    /// The id as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What names it, without its purpose.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.split_once('#').map_or("", |(_purpose, name)| name)
    }
}

/// What a code is made of, beside the key of codes: 16 random bytes.
#[derive(Clone)]
pub struct Seed(SecretSlice<u8>);

impl Seed {
    /// The length of a seed, in bytes.
    const BYTES: usize = 16;

    /// A new seed. `None` if the system has no randomness to give.
    #[must_use]
    pub fn generate() -> Option<Self> {
        let mut bytes = vec![0; Self::BYTES];
        rand::fill(&mut bytes).ok()?;
        Some(Self(bytes.into()))
    }

    /// A seed as the store keeps it.
    #[must_use]
    pub fn from_bytes(bytes: SecretSlice<u8>) -> Self {
        Self(bytes)
    }

    /// The seed as the store keeps it.
    #[must_use]
    pub fn as_secret(&self) -> &SecretSlice<u8> {
        &self.0
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed([REDACTED])")
    }
}

/// What waits for a code.
#[derive(Clone, Debug)]
pub struct Pending {
    /// What the code is made of. `None` until the first mail is sent.
    pub seed: Option<Seed>,
    /// Until when the code is good, to the second.
    pub good_until: Timestamp,
    /// The address that is to be proved, to which the code is mailed. A reset has none: its id names it.
    pub email: Option<EmailAddress>,
    /// The user's generation when a change of address was asked for. The code is good for no other, so a reset ends it.
    pub generation: Option<u64>,
}

impl Pending {
    /// The seed, if the code that is made of it is still good.
    #[must_use]
    pub fn live_seed(&self, now: Timestamp) -> Option<&Seed> {
        self.seed.as_ref().filter(|_seed| now < self.good_until)
    }
}

/// A sign-up that waits for its code, with everything that its account is made of.
#[derive(Clone, Debug)]
pub struct PendingSignup {
    /// The address, and what its code is made of.
    pub pending: Pending,
    /// The name of the user.
    pub name: Option<Name>,
    /// What they say of themselves beside it.
    pub profile: Profile,
    /// The hash of their password.
    pub password_hash: PasswordHash,
    /// Where the sign-up came from.
    pub source: SourceDigest,
    /// The languages that the person prefers.
    pub languages: Languages,
    /// The invitation that the account uses up.
    pub invitation: Option<UsedInvitation>,
}

#[cfg(test)]
mod tests {
    use super::PendingId;

    #[test]
    fn a_sign_up_is_found_by_its_name_and_no_other_purpose_is() {
        let id = PendingId::new_signup().unwrap();
        assert_eq!(PendingId::of_signup(id.name()).unwrap(), id);
        for name in ["", "a", "verify#1", "AAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAA#"] {
            assert_eq!(PendingId::of_signup(name).unwrap_err().code, "invalid_signup_id", "{name}");
        }
    }
}
