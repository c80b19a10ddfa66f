//! A user as a command shows them: without anything secret.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use shared::admin::Account;
use shared::clock::Timestamp;
use shared::domain::{Device, LinkedIdentity, Name, Session, SessionId, User};

use crate::operator::times::text;

/// What is shown instead of an algorithm if the old system knows the password.
pub(super) const LEGACY: &str = "legacy";

/// One line about a user: when the account was made, the id, the address, and what is special.
pub(super) fn line(user: &User) -> String {
    let mut line = format!("{}  {}  {}", text(user.created_at), user.id, user.email.as_deref().unwrap_or("-"));
    let notes = [
        user.email.as_ref().map(|_email| if user.email_verified { "verified" } else { "unverified" }),
        user.disabled_at.map(|_at| "disabled"),
    ];
    for note in notes.into_iter().flatten() {
        let _ = write!(line, "  {note}");
    }
    line
}

/// What a line says, for a program.
pub(super) fn line_value(user: &User) -> Value {
    json!({
        "id": user.id.as_str(),
        "email": user.email,
        "email_verified": user.email_verified,
        "name": user.name.as_ref().map(Name::as_str),
        "created_at": user.created_at.as_millis(),
        "disabled_at": user.disabled_at.map(Timestamp::as_millis),
    })
}

/// Everything about an account but its secrets, in lines.
pub(super) fn whole(account: &Account) -> String {
    let Account { user, .. } = account;
    let verified = if user.email_verified { "verified" } else { "not verified" };
    let mut facts = vec![
        ("id", user.id.to_string()),
        ("name", user.name.as_ref().map_or("-", Name::as_str).to_owned()),
        ("email", user.email.as_ref().map_or("-".to_owned(), |email| format!("{email}, {verified}"))),
        ("made at", text(user.created_at)),
        ("password", password(account).map_or("none".to_owned(), str::to_owned)),
    ];
    facts.extend(user.disabled_at.map(|at| ("disabled at", text(at))));
    facts.extend(user.tokens_valid_after.map(|at| ("tokens ended", format!("those issued until {}", text(at)))));
    if !user.claims.is_empty() {
        facts.push(("claims", user.claims.as_json().to_owned()));
    }
    if !user.profile.is_empty() {
        facts.push(("profile", user.profile.as_json().to_owned()));
    }
    facts.extend(user.identities.iter().map(|identity| ("signs in with", identity.as_str().to_owned())));
    facts.extend(user.sessions.iter().map(|(_id, session)| {
        let device = session.device.as_ref().map_or("an unknown device", Device::as_str);
        ("session", format!("since {}, last used {}, {device}", text(session.created_at), text(session.rotated_at)))
    }));
    facts.iter().map(|(name, value)| format!("{name:<14}{value}")).collect::<Vec<_>>().join("\n")
}

/// The same, for a program.
pub(super) fn whole_value(account: &Account) -> Value {
    let Account { user, .. } = account;
    let mut value = line_value(user);
    let more = json!({
        "password": password(account),
        "tokens_valid_after": user.tokens_valid_after.map(Timestamp::as_millis),
        "claims": claims(user),
        "profile": user.profile.to_map(),
        "identities": user.identities.iter().map(identity).collect::<Vec<_>>(),
        "sessions": user.sessions.iter().map(session).collect::<Vec<_>>(),
    });
    if let (Value::Object(members), Value::Object(more)) = (&mut value, more) {
        members.extend(more);
    }
    value
}

/// The claims of a user. What is not an object is left out: an app's back end may have written anything.
pub(super) fn claims(user: &User) -> Map<String, Value> {
    serde_json::from_str(user.claims.as_json()).unwrap_or_default()
}

/// What the password is hashed with, or who still knows it. `None` if there is no password.
pub(super) fn password(account: &Account) -> Option<&str> {
    let credential = account.credential.as_ref()?;
    match &credential.password_hash {
        Some(hash) => Some(hash.algorithm()),
        None => credential.is_legacy().then_some(LEGACY),
    }
}

fn identity(identity: &LinkedIdentity) -> Value {
    let key = identity.key();
    let (issuer, subject) = key.parts();
    json!({"provider": identity.provider(), "issuer": issuer, "subject": subject})
}

fn session((id, session): (&SessionId, &Session)) -> Value {
    json!({
        "id": id.as_str(),
        "created_at": session.created_at.as_millis(),
        "used_at": session.rotated_at.as_millis(),
        "expires_at": session.expires_at.as_millis(),
        "device": session.device.as_ref().map(Device::as_str),
    })
}
