//! `POST /auth/oauth/unlink`: the end of a way to log in.

use lambda_http::http::StatusCode;
use shared::authentication::Authenticated;
use shared::clock::Timestamp;
use shared::domain::{NewGeneration, Provider, Unlinking};
use shared::http::{Answer, Call, Failure, Problem, TokenTransport};
use shared::logging::Part;
use shared::mail::Notice;

use super::OAuth;

/// Without this provider the user could not log in any more.
pub const LAST_SIGN_IN_METHOD: Problem = Problem::new(
    StatusCode::CONFLICT,
    "last_sign_in_method",
    "This is the only way to log in to this account. Link another one first.",
);

/// The metric of an identity that was unlinked.
const UNLINKS: &str = "unlinks";

/// How often it is tried to unlink from a user who changes meanwhile.
const TRIES: u32 = 3;

impl OAuth {
    /// Whoever signed in with the identity may still be there: every session ends but the caller's own, and every token
    /// without a session.
    pub(crate) async fn unlink(&self, call: &Call) -> Result<Answer, Failure> {
        let transport = call.token_transport()?;
        let provider = call.members()?.parse("provider", Provider::read);
        let provider = provider.map_err(|error| Failure::Fields(vec![error]))?;
        let now = self.clock.now();
        for _ in 0..TRIES {
            let Authenticated { user, token } = self.recently_authenticated(call, transport, now).await?;
            let identities = user.identities.of(provider);
            if identities.is_empty() {
                return Ok(Answer::empty(StatusCode::NO_CONTENT));
            }
            let mut others = user.identities.iter().filter(|identity| !identities.contains(identity));
            if user.passwordless && !others.any(|identity| self.providers.vouch_for(&identity.key())) {
                return Err(LAST_SIGN_IN_METHOD.into());
            }
            let generation = NewGeneration { user: &user, kept: token.session.as_ref(), at: now };
            let unlinking = Unlinking { generation, identities: &identities };
            let notice = call.notice(Notice::IdentityUnlinked, &user, now);
            if call.timed(Part::Store, self.stores.links.remove_links(unlinking, notice.as_ref())).await? {
                call.count(UNLINKS);
                return Ok(Answer::empty(StatusCode::NO_CONTENT));
            }
        }
        Err(Failure::Unavailable("others kept changing the user".into()))
    }

    /// The user of a token that may change what they log in with.
    pub(crate) async fn recently_authenticated(
        &self,
        call: &Call,
        transport: TokenTransport,
        now: Timestamp,
    ) -> Result<Authenticated, Failure> {
        let authenticated = self.authenticator.authenticate(call, call.presented_token(), now).await?;
        call.check_token_transport(transport)?;
        authenticated.check_recent(now)?;
        Ok(authenticated)
    }
}
