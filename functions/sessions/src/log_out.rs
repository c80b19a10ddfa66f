//! `POST /auth/logout`: the end of one token or session, or of all.

use lambda_http::http::StatusCode;
use shared::clock::Timestamp;
use shared::domain::{EndedToken, UserId};
use shared::http::{Answer, Call, Cookie, Failure, Members, TokenTransport};
use shared::logging::Part;

use super::Sessions;
use super::presented::{access_token, refresh_token};

impl Sessions {
    /// Without `everywhere` the response is 204 whatever was presented (RFC 7009 2.2): a client that logs out has to be
    /// able to forget its tokens.
    pub(crate) async fn log_out(&self, call: &Call) -> Result<Answer, Failure> {
        let transport = call.token_transport()?;
        let body = call.optional_members()?;
        let everywhere = match &body {
            Some(body) => body.flag("everywhere").map_err(|error| Failure::Fields(vec![error]))?,
            None => false,
        };
        let now = self.clock.now();
        if everywhere {
            self.end_everything(call, body.as_ref(), transport, now).await?;
        } else {
            self.end_what_is_presented(call, body.as_ref(), transport, now).await?;
        }
        let answer = Answer::empty(StatusCode::NO_CONTENT);
        Ok(match transport {
            TokenTransport::Cookie => {
                answer.with_cookie(Cookie::dropped(Cookie::TOKEN)).with_cookie(Cookie::dropped(Cookie::REFRESH))
            }
            TokenTransport::Body => answer,
        })
    }

    async fn end_everything(
        &self,
        call: &Call,
        body: Option<&Members>,
        transport: TokenTransport,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let access = access_token(call, transport)?;
        let user_id = match self.user_of_refresh_token(call, refresh_token(call, body, transport)?, now).await? {
            Some(user_id) => user_id,
            None => self.authenticator.authenticate(call, access, now).await?.user.id,
        };
        call.timed(Part::Store, self.stores.token_ends.end_tokens(&user_id, now)).await?;
        Ok(())
    }

    /// The user of a refresh token whose session is still there.
    async fn user_of_refresh_token(
        &self,
        call: &Call,
        presented: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<UserId>, Failure> {
        let Some(presented) = presented else { return Ok(None) };
        let read = call.timed(Part::Store, self.sign_in.read_refresh_token(presented, now)).await?;
        let Some((token, _keys)) = read else { return Ok(None) };
        let user = call.timed(Part::Store, self.stores.users.user(&token.user_id)).await?;
        let has_session = user.is_some_and(|user| user.sessions.get(&token.session).is_some());
        Ok(has_session.then(|| {
            call.note_user(&token.user_id);
            token.user_id
        }))
    }

    async fn end_what_is_presented(
        &self,
        call: &Call,
        body: Option<&Members>,
        transport: TokenTransport,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let ends = &self.stores.session_ends;
        let mut ended = None;
        if let Some(presented) = refresh_token(call, body, transport)? {
            let read = call.timed(Part::Store, self.sign_in.read_refresh_token(presented, now)).await?;
            if let Some((token, _keys)) = read {
                call.note_user(&token.user_id);
                call.timed(Part::Store, ends.end_sessions(&token.user_id, &[&token.session])).await?;
                ended = Some(token.session);
            }
        }
        // A cookie without the header is not looked at: a form of another site may have sent it.
        let Ok(Some(presented)) = access_token(call, transport) else { return Ok(()) };
        let Some(token) = self.authenticator.issued_token(call, presented, now).await? else { return Ok(()) };
        call.note_user(&token.user_id);
        match &token.session {
            Some(session) if ended.as_ref() == Some(session) => {}
            Some(session) => call.timed(Part::Store, ends.end_sessions(&token.user_id, &[session])).await?,
            None if token.expires_at <= now => {}
            None => {
                let ended = EndedToken { id: token.id, expires_at: token.expires_at };
                call.timed(Part::Store, ends.end_token(&token.user_id, &ended, now)).await?;
            }
        }
        Ok(())
    }
}
