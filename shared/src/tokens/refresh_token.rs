//! Refresh tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;

use crate::domain::{SessionId, UserId};
use crate::keys::RefreshKey;

/// What every refresh token begins with, so that scanners for leaked secrets find it.
const PREFIX: &str = "lkr1.";
/// Keeps tags of refresh tokens apart from whatever else may be made with the key.
const LABEL: &[u8] = b"latchkey refresh token 1";
/// No good token is longer: an id of ours has 36 characters.
const MAX_CHARS: usize = 512;

/// A new refresh token and how long its session lasts if it is not used.
#[derive(Debug)]
pub struct IssuedRefreshToken {
    /// The token as clients hold it.
    pub token: SecretString,
    /// How long the session lasts from now on, in seconds.
    pub expires_in: u64,
}

/// A refresh token that this service has made: the number of one step of a session. Nothing of it is stored; its tag, an
/// HMAC-SHA256 under the refresh key, tells it from any other.
///
/// It is spelled `lkr1.` and, in base64url, the session's id (16 bytes), the number (4, big-endian), the tag (32) and the
/// user's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// Whose it is.
    pub user_id: UserId,
    /// The session.
    pub session: SessionId,
    /// Its number in the session.
    pub number: u32,
}

impl RefreshToken {
    /// The token as clients hold it. `None` only if the session's id is not one of ours.
    #[must_use]
    pub fn seal(&self, key: &RefreshKey) -> Option<SecretString> {
        let (session, number) = (self.session.to_bytes()?, self.number.to_be_bytes());
        let user = self.user_id.as_str().as_bytes();
        let tag = key.tag(&[LABEL, &session, &number, user]);
        Some(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode([&session, &number[..], &tag, user].concat())).into())
    }

    /// Whether a text begins like a token: anything else needs no look at a newer key.
    #[must_use]
    pub fn is_spelled_like_one(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// Reads a token. `None` if it was not made with this key.
    #[must_use]
    pub fn open(text: &str, key: &RefreshKey) -> Option<Self> {
        let encoded = text.strip_prefix(PREFIX).filter(|encoded| encoded.len() <= MAX_CHARS)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let (session, rest) = bytes.split_first_chunk::<{ SessionId::BYTES }>()?;
        let (number, rest) = rest.split_first_chunk::<4>()?;
        let (tag, user) = rest.split_first_chunk::<{ RefreshKey::TAG_BYTES }>()?;
        if !key.has_tag(&[LABEL, session, number, user], tag) {
            return None;
        }
        Some(Self {
            user_id: UserId::from_trusted(String::from_utf8(user.to_vec()).ok()?),
            session: SessionId::from_bytes(*session),
            number: u32::from_be_bytes(*number),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;

    use super::RefreshToken;
    use crate::domain::{SessionId, UserId};
    use crate::keys::RefreshKey;

    fn token(number: u32, user: &str) -> RefreshToken {
        let session = SessionId::from_bytes([7; 16]);
        RefreshToken { user_id: UserId::from_trusted(user.to_owned()), session, number }
    }

    #[test]
    fn a_token_reads_back_with_its_own_key_alone_and_is_the_same_each_time() {
        let (key, other) = (RefreshKey::generate().unwrap(), RefreshKey::generate().unwrap());
        for token in [token(1, "0190b0e8-7b7a-7c00-8000-000000000000"), token(u32::MAX, "7")] {
            let sealed = token.seal(&key).unwrap();
            assert_eq!(sealed.expose_secret(), token.seal(&key).unwrap().expose_secret());
            assert_eq!(RefreshToken::open(sealed.expose_secret(), &key), Some(token.clone()));
            assert_eq!(RefreshToken::open(sealed.expose_secret(), &other), None);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_changed_in_a_token_makes_it_none(place in 0_usize..120, to in "[A-Za-z0-9_.=-]") {
            let key = RefreshKey::generate().unwrap();
            let sealed = token(3, "0190b0e8-7b7a-7c00-8000-000000000000").seal(&key).unwrap();
            let mut changed = sealed.expose_secret().to_owned();
            let place = place % changed.len();
            changed.replace_range(place..=place, &to);
            prop_assume!(changed != sealed.expose_secret());
            prop_assert_eq!(RefreshToken::open(&changed, &key), None);
        }

        #[test]
        fn nothing_that_is_not_a_token_is_read_as_one(text in ".{0,200}") {
            let key = RefreshKey::generate().unwrap();
            prop_assert_eq!(RefreshToken::open(&text, &key), None);
            let prefixed = format!("lkr1.{text}");
            prop_assert_eq!(RefreshToken::open(&prefixed, &key), None);
        }
    }
}
