//! `POST /auth/logout`: the end of one token or session, or of all.

use lambda_http::http::StatusCode;
use shared::authentication::Authenticated;
use shared::clock::Timestamp;
use shared::domain::{EndedToken, Session, User};
use shared::http::{Answer, Call, Failure, PresentedToken, Problem};
use shared::logging::Part;
use shared::tokens::RefreshToken;

use super::Sessions;
use super::presented::{access_token, refresh_token};

/// The tokens that a log-out presents.
struct PresentedTokens<'c> {
    refresh: Option<&'c str>,
    access: Result<Option<PresentedToken<'c>>, Problem>,
}

impl Sessions {
    /// Without `everywhere` the response is 204 whatever was presented (RFC 7009 2.2): a client can always forget its
    /// tokens.
    pub(crate) async fn log_out(&self, call: &Call) -> Result<Answer, Failure> {
        let transport = call.token_transport()?;
        let body = call.optional_members()?;
        let everywhere = match &body {
            Some(body) => body.flag("everywhere").map_err(|error| Failure::Fields(vec![error]))?,
            None => false,
        };
        let presented = PresentedTokens {
            refresh: refresh_token(call, body.as_ref(), transport)?,
            access: access_token(call, transport),
        };
        if everywhere {
            self.end_everything(call, presented).await?;
        } else {
            self.end_what_is_presented(call, presented).await?;
        }
        Ok(Answer::empty(StatusCode::NO_CONTENT).dropping_tokens(transport))
    }

    async fn end_everything(&self, call: &Call, presented: PresentedTokens<'_>) -> Result<(), Failure> {
        let (access, now) = (presented.access?, self.clock.now());
        let of_refresh_token = self.user_of_refresh_token(call, presented.refresh, now).await?;
        let (user, issued_at) = if let Some(user) = of_refresh_token {
            (user, None)
        } else {
            let Authenticated { user, token } = self.authenticator.authenticate(call, access, now).await?;
            (user, Some(token.issued_at))
        };
        // The write forgets single log-outs, none of whose tokens may be good again.
        let at = self.end_of_all(&user, issued_at);
        call.timed(Part::Store, self.stores.token_ends.end_tokens(&user.id, at)).await?;
        Ok(())
    }

    /// The user of a refresh token whose session has not ended.
    async fn user_of_refresh_token(
        &self,
        call: &Call,
        presented: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<User>, Failure> {
        let Some(token) = self.read_refresh_token(call, presented, now).await? else { return Ok(None) };
        let user = call.timed(Part::Store, self.stores.users.user(&token.user_id)).await?;
        let lasts = |session: &Session| session.ends_at(self.sign_in.idle()) > now;
        let user = user.filter(|user| user.sessions.get(&token.session).is_some_and(lasts));
        if let Some(user) = &user {
            call.note_user(&user.id);
        }
        Ok(user)
    }

    async fn end_what_is_presented(&self, call: &Call, presented: PresentedTokens<'_>) -> Result<(), Failure> {
        let (ends, now) = (&self.stores.session_ends, self.clock.now());
        let refresh = self.read_refresh_token(call, presented.refresh, now).await?;
        if let Some(token) = &refresh {
            call.note_user(&token.user_id);
            call.timed(Part::Store, ends.end_sessions(&token.user_id, &[&token.session])).await?;
        }
        // A cookie without the header is not looked at: a form of another site may have sent it.
        let Ok(Some(access)) = presented.access else { return Ok(()) };
        let Some(token) = self.authenticator.issued_token(call, access, now).await? else { return Ok(()) };
        call.note_user(&token.user_id);
        match &token.session {
            Some(session) if refresh.is_some_and(|refresh| refresh.session == *session) => {}
            Some(session) => call.timed(Part::Store, ends.end_sessions(&token.user_id, &[session])).await?,
            None if token.expires_at <= now => {}
            None => {
                let ended = EndedToken { id: token.id, issued_at: token.issued_at, expires_at: token.expires_at };
                call.timed(Part::Store, ends.end_token(&token.user_id, &ended, now)).await?;
            }
        }
        Ok(())
    }

    async fn read_refresh_token(
        &self,
        call: &Call,
        presented: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<RefreshToken>, Failure> {
        let Some(presented) = presented else { return Ok(None) };
        let read = call.timed(Part::Store, self.sign_in.read_refresh_token(presented, now)).await?;
        Ok(read.map(|(token, _keys)| token))
    }
}
