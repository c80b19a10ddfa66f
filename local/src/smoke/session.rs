//! A session: from a log-in that asks for one to its end.

use serde_json::{Value, json};

use super::account::ThrowAway;
use super::site::{Answer, Site, Wrong, send};

/// The refresh token of a log-in that asks for a session.
pub(super) async fn begin(site: &Site, user: &ThrowAway) -> Result<String, Wrong> {
    refresh_token_in(&user.log_in_with_session(site).await?)
}

/// Refreshes a session, and finds it in the list of sessions. Returns the new refresh token.
pub(super) async fn go_on(site: &Site, refresh_token: &str) -> Result<String, Wrong> {
    let answer = refresh(site, refresh_token).await?.expect(200)?;
    let access_token = answer.text("authToken").ok_or_else(|| answer.unexpected())?;
    let listed = send(site.get("/auth/sessions").bearer_auth(access_token)).await?.expect(200)?;
    let sessions = listed.body.get("sessions").and_then(|sessions| sessions.as_array());
    let is_current = |session: &Value| session.get("current") == Some(&Value::Bool(true));
    let is_listed = sessions.is_some_and(|sessions| sessions.iter().any(is_current));
    if !is_listed {
        return Err(listed.unexpected());
    }
    refresh_token_in(&answer)
}

/// Logs out by the refresh token, and sees that the session has ended.
pub(super) async fn end(site: &Site, refresh_token: &str) -> Result<(), Wrong> {
    send(site.post("/auth/logout").json(&json!({"refreshToken": refresh_token}))).await?.expect(204)?;
    refresh(site, refresh_token).await?.expect(401).map(drop)
}

async fn refresh(site: &Site, refresh_token: &str) -> Result<Answer, Wrong> {
    send(site.post("/auth/refresh").json(&json!({"refreshToken": refresh_token}))).await
}

fn refresh_token_in(answer: &Answer) -> Result<String, Wrong> {
    answer.text("refreshToken").map(str::to_owned).ok_or_else(|| answer.unexpected())
}
