//! `POST /auth/sessions/end`: the end of another session, or of all others.

use std::time::Duration;

use lambda_http::http::StatusCode;
use shared::authentication::Authenticated;
use shared::domain::SessionId;
use shared::http::{Answer, Call, Failure, FieldError, Members};
use shared::logging::Part;

use super::Sessions;

/// Which sessions are to end.
enum Ending {
    One(SessionId),
    Others,
}

impl Ending {
    fn parse(body: &Members) -> Result<Self, FieldError> {
        if body.flag("others")? {
            return Ok(Self::Others);
        }
        body.parse("id", SessionId::parse).map(Self::One)
    }
}

impl Sessions {
    pub(crate) async fn end_sessions(&self, call: &Call) -> Result<Answer, Failure> {
        let transport = call.token_transport()?;
        let ending = Ending::parse(&call.members()?).map_err(|error| Failure::Fields(vec![error]))?;
        let now = self.clock.now();
        let authenticated = self.authenticator.authenticate(call, call.presented_token(), now).await?;
        call.check_token_transport(transport)?;
        let Authenticated { user, token } = authenticated;
        let ends = &self.stores.session_ends;
        match ending {
            Ending::One(id) => call.timed(Part::Store, ends.end_sessions(&user.id, &[&id])).await?,
            Ending::Others => {
                let own = token.session.as_ref();
                let others: Vec<_> =
                    user.sessions.iter().map(|(id, _session)| id).filter(|id| own != Some(*id)).collect();
                call.timed(Part::Store, ends.end_sessions(&user.id, &others)).await?;
                // A token without a session cannot be told from its like but by its age.
                let until = match own {
                    Some(_) => self.end_of_all(&user, None),
                    None => token.issued_at.before(Duration::from_millis(1)),
                };
                call.timed(Part::Store, ends.end_tokens_without_session(&user.id, until)).await?;
            }
        }
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    }
}
