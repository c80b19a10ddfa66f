//! From a token to its user.

use std::sync::Arc;

use shared::clock::Timestamp;
use shared::domain::{User, UserStore};
use shared::http::{Call, Failure, PresentedToken, Stage};
use shared::keys::{PublicKeySet, PublicKeyStore, VerificationKeys};
use shared::tokens::{Issuer, TokenFault, TokenVerifier, VerifiedToken};

/// Knows users by their tokens.
#[derive(Debug)]
pub(crate) struct Authenticator<U, K> {
    pub(crate) tokens: TokenVerifier,
    pub(crate) users: U,
    pub(crate) keys: VerificationKeys<K>,
}

impl<U: UserStore, K: PublicKeyStore> Authenticator<U, K> {
    /// The user whom the presented token belongs to. One wait on the wire, where the key set is in memory: a set that
    /// has grown old is read beside the user, and what it accepted is checked again under the new one.
    pub(crate) async fn user_of(
        &self,
        call: &Call,
        presented: Option<PresentedToken<'_>>,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<User, Failure> {
        let presented = presented.ok_or(TokenFault::Missing)?;
        let verify = |keys: &PublicKeySet| {
            call.timed_now(Stage::Token, || self.tokens.verify(keys, issuer, presented.as_str(), now))
        };

        let keys = call.timed(Stage::Store, self.keys_in_memory_or_read(now)).await?;
        let (token, keys) = match verify(&keys) {
            Err(TokenFault::UnknownKey) => {
                let read = call.timed(Stage::Store, self.keys.read_for_unknown_key(now)).await?;
                let keys = read.ok_or(TokenFault::UnknownKey)?;
                (verify(&keys)?, keys)
            }
            verified => (verified?, keys),
        };
        let fresh = self.keys.fresh(now).is_some_and(|fresh| Arc::ptr_eq(&fresh, &keys));
        let user = if fresh {
            call.timed(Stage::Store, self.users.user(&token.user_id)).await?
        } else {
            let both = async { tokio::join!(self.users.user(&token.user_id), self.keys.read(now)) };
            let (user, keys) = call.timed(Stage::Store, both).await;
            verify(keys?.as_deref().ok_or(TokenFault::UnknownKey)?)?;
            user?
        };
        user.filter(|user| is_in_force(&token, user)).ok_or(Failure::Unauthenticated(TokenFault::Invalid))
    }

    /// The key set in memory, however old, or else a fresh one. While there is none, no token can be good.
    async fn keys_in_memory_or_read(&self, now: Timestamp) -> Result<Arc<PublicKeySet>, Failure> {
        match self.keys.any() {
            Some(keys) => Ok(keys),
            None => Ok(self.keys.read(now).await?.ok_or(TokenFault::UnknownKey)?),
        }
    }
}

/// Whether the token was issued after the user last ended all of theirs.
fn is_in_force(token: &VerifiedToken, user: &User) -> bool {
    user.tokens_valid_after.is_none_or(|ended_at| token.issued_at > ended_at)
}
