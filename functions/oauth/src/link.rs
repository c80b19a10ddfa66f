//! `POST /auth/oauth/link`: a code becomes one more way to log in, of the user whose token comes with it.

use lambda_http::http::StatusCode;
use shared::domain::{LinkError, LinkedIdentities, LinkedIdentity, NewLink};
use shared::http::{Answer, Call, Failure, Problem};
use shared::logging::Part;
use shared::mail::Notice;

use super::OAuth;
use super::presented::{INVALID_CODE, PresentedCode};
use super::standing::Standing;

/// Another user signs in with this identity.
pub const IDENTITY_TAKEN: Problem = Problem::new(
    StatusCode::CONFLICT,
    "identity_taken",
    "Another account signs in with this. Log in to that account and unlink it there first.",
);

/// The user has as many identities as there may be.
pub const TOO_MANY_IDENTITIES: Problem = Problem::new(
    StatusCode::CONFLICT,
    "too_many_identities",
    "This account has 10 linked sign-ins, and there may be no more. Unlink one first.",
);

/// The metric of an identity that was linked.
const LINKS: &str = "links";

/// How often a link is tried whose condition fails because the user or the identity changes meanwhile.
const TRIES: u32 = 3;

impl OAuth {
    pub(crate) async fn link(&self, call: &Call) -> Result<Answer, Failure> {
        let transport = call.token_transport()?;
        let presented =
            call.timed_now(Part::Decode, || PresentedCode::parse(&call.members()?).map_err(Failure::Fields))?;
        let now = self.clock.now();
        for _ in 0..TRIES {
            let user = self.recently_authenticated(call, transport, now).await?.user;
            let keys = call.timed(Part::Store, self.sign_in.keys(now)).await?;
            let (identity, code) = presented.open(&keys, now)?;
            let stale = match self.standing_of(call, &identity.key).await? {
                Standing::Known(owner, _listed) if owner.id != user.id => return Err(IDENTITY_TAKEN.into()),
                Standing::Known(..) => {
                    let is_first_use = call.timed(Part::Store, self.stores.identities.use_code(&code)).await?;
                    return if is_first_use {
                        Ok(Answer::empty(StatusCode::NO_CONTENT))
                    } else {
                        Err(INVALID_CODE.into())
                    };
                }
                Standing::New(stale) => stale,
            };
            if user.identities.len() >= LinkedIdentities::MOST {
                return Err(TOO_MANY_IDENTITIES.into());
            }
            let listed = LinkedIdentity::new(identity.provider, &identity.key);
            let link = NewLink { identity: &listed, stale: stale.as_ref(), at: now };
            let notice = call.notice(Notice::IdentityLinked, &user, now);
            let added = self.stores.links.add_link(&user.id, user.generation, link, &code, notice.as_ref());
            match call.timed(Part::Store, added).await {
                Ok(()) => {
                    call.count(LINKS);
                    return Ok(Answer::empty(StatusCode::NO_CONTENT));
                }
                Err(LinkError::CodeUsed) => return Err(INVALID_CODE.into()),
                Err(LinkError::Store(error)) => return Err(error.into()),
                Err(LinkError::LinkChanged | LinkError::UserChanged) => {}
            }
        }
        Err(Failure::Unavailable("others kept changing the user or the identity".into()))
    }
}
