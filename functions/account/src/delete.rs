//! `POST /auth/account/delete`: the end of an account.

use lambda_http::http::StatusCode;
use shared::http::{Answer, Call, Failure};
use shared::logging::Part;
use shared::mail::Notice;

use super::ownership::{Proof, presented_password};
use super::{Account, TRIES};

/// The metric of an account that was deleted.
const DELETIONS: &str = "deletions";

impl Account {
    /// Sessions are in the user's item, and go with it.
    pub(crate) async fn delete(&self, call: &Call) -> Result<Answer, Failure> {
        let (source, transport) = (self.source(call)?, call.token_transport()?);
        let password = presented_password(&call.members()?).map_err(|error| Failure::Fields(vec![error]))?;
        let now = self.clock.now();
        let mut proof = Proof::new(password, source, now);
        for _ in 0..TRIES {
            let authenticated = self.authenticate(call, transport, now).await?;
            let user = &authenticated.user;
            let email = user.address()?;
            let _proven = self.prove(call, &authenticated, email.as_ref(), &mut proof).await?;
            let notice = self.notice(call, Notice::Deleted, user, now);
            if call.timed(Part::Store, self.stores.deletions.delete_user(user, email.as_ref(), notice.as_ref())).await?
            {
                call.count(DELETIONS);
                return Ok(Answer::empty(StatusCode::NO_CONTENT).dropping_tokens(transport));
            }
        }
        Err(Failure::Unavailable("others kept changing the user".into()))
    }
}
