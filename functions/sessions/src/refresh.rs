//! `POST /auth/refresh`: a refresh token becomes new tokens.

use lambda_http::http::StatusCode;
use shared::clock::Timestamp;
use shared::domain::{Advance, Advanced, Presented, Session, UserClaims};
use shared::http::{Answer, Call, Failure, Problem};
use shared::logging::Part;
use shared::mail::Notice;
use shared::sign_in::{Admitted, AdmittedTo, Wanted};
use shared::tokens::RefreshToken;

use super::Sessions;
use super::presented::{INVALID_REFRESH_TOKEN, required_refresh_token};

/// The token is older than the current one, which was issued less than a minute ago: the caller has it, or is about to.
pub const REFRESH_SUPERSEDED: Problem = Problem::unauthorized(
    "Bearer",
    "refresh_superseded",
    "A newer refresh token was issued a moment ago. Look for it where you keep it, and use that one.",
);

/// The metric of a refresh that succeeds.
const REFRESHES: &str = "refreshes";
/// The metric of a session that ended because two parties used it.
const REUSED: &str = "reused_refresh_tokens";

/// How often a refresh is judged again because others moved its session on meanwhile.
const TRIES: u32 = 5;

impl Sessions {
    pub(crate) async fn refresh(&self, call: &Call) -> Result<Answer, Failure> {
        let wanted = Wanted::of_call(call)?.with_refresh(true);
        let body = call.optional_members()?;
        let presented = required_refresh_token(call, body.as_ref(), call.token_transport()?)?;
        let now = self.clock.now();
        let read = call.timed(Part::Store, self.sign_in.read_refresh_token(presented, now)).await?;
        let (token, keys) = read.ok_or(INVALID_REFRESH_TOKEN)?;
        call.note_user(&token.user_id);
        let (session, claims) = self.successor(call, &token, now).await?;
        let to = AdmittedTo::ToSession { id: &token.session, session: &session };
        let admitted = Admitted { user_id: token.user_id.clone(), claims: &claims, to };
        let answer = self.sign_in.open(call, wanted, &keys, admitted, StatusCode::OK)?;
        call.count(REFRESHES);
        Ok(answer)
    }

    /// The session whose current token is the successor of this one, and what the app's server says of its user. The first write
    /// is made without a read before it: the token says what it expects.
    async fn successor(
        &self,
        call: &Call,
        token: &RefreshToken,
        now: Timestamp,
    ) -> Result<(Session, UserClaims), Failure> {
        let mut advance = Advance::rotation(token.number).ok_or(INVALID_REFRESH_TOKEN)?;
        let mut reused = false;
        for _ in 0..TRIES {
            let (session, claims) = match self.advance(call, token, advance, now).await? {
                Advanced::Done(session, claims) => return Ok((session, claims)),
                Advanced::Refused(Some(as_it_is)) => as_it_is,
                Advanced::Refused(None) => {
                    // The response to the write that ended it may have been lost.
                    if reused {
                        call.count(REUSED);
                    }
                    return Err(INVALID_REFRESH_TOKEN.into());
                }
            };
            if session.ends_at(self.sign_in.idle()) <= now {
                return Err(INVALID_REFRESH_TOKEN.into());
            }
            advance = match session.judge(token.number, now) {
                Presented::Current => Advance::rotation(token.number).ok_or(INVALID_REFRESH_TOKEN)?,
                Presented::Repeated => return Ok((session, claims)),
                Presented::Returned => Advance::branch(&session).ok_or(INVALID_REFRESH_TOKEN)?,
                Presented::Superseded => return Err(REFRESH_SUPERSEDED.into()),
                Presented::Unknown => return Err(INVALID_REFRESH_TOKEN.into()),
                Presented::Reused => {
                    if call.timed(Part::Store, self.end_reused(call, token, &session, now)).await? {
                        call.count(REUSED);
                        return Err(INVALID_REFRESH_TOKEN.into());
                    }
                    reused = true;
                    continue;
                }
            };
        }
        Err(Failure::Unavailable("others kept refreshing the same session".into()))
    }

    /// Ends a session that two parties use, if it is still as it was seen, and tells its user in the same step.
    async fn end_reused(
        &self,
        call: &Call,
        token: &RefreshToken,
        seen: &Session,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        let RefreshToken { user_id, session, .. } = token;
        let user = if self.mail_is_on { self.stores.users.user(user_id).await? } else { None };
        let notice = user.and_then(|user| call.notice(Notice::SessionEnded, &user, now));
        Ok(self.stores.reuses.end_session_as_seen(user_id, session, seen, notice.as_ref()).await?)
    }

    async fn advance(
        &self,
        call: &Call,
        token: &RefreshToken,
        advance: Advance,
        now: Timestamp,
    ) -> Result<Advanced, Failure> {
        let RefreshToken { user_id, session, .. } = token;
        let advanced = self.stores.refreshes.advance_session(user_id, session, advance, self.sign_in.idle(), now);
        Ok(call.timed(Part::Store, advanced).await?)
    }
}
