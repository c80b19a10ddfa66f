//! Mail, as far as it goes without reading any.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::account::{ThrowAway, random_password};
use super::site::{Site, Wrong, expect_code, send};

/// The digits of no code, or of one in 100 million.
const CODE: &str = "0000 0000";

/// The routes that a deployment without mail has not got.
const ROUTES: [&str; 6] = [
    "/auth/password/forgot",
    "/auth/password/reset",
    "/auth/email/verify/send",
    "/auth/email/verify",
    "/auth/email/change",
    "/auth/email/change/confirm",
];

/// Whether the deployment has mail.
pub(super) async fn is_on(site: &Site) -> Result<bool, Wrong> {
    let answer = send(site.post("/auth/password/forgot").json(&json!({}))).await?;
    if answer.code() == Some("mail_is_off") { Ok(false) } else { answer.expect(422).map(|_wrong_fields| true) }
}

/// 404 everywhere.
pub(super) async fn is_off_everywhere(site: &Site) -> Result<(), Wrong> {
    for route in ROUTES {
        expect_code(send(site.post(route).json(&json!({}))).await?, 404, "mail_is_off")?;
    }
    Ok(())
}

/// 202, although nobody has the address. No mail is sent.
pub(super) async fn forgets_for_nobody(site: &Site) -> Result<(), Wrong> {
    let body = json!({"email": ThrowAway::new().email()});
    send(site.post("/auth/password/forgot").json(&body)).await?.expect(202).map(drop)
}

/// 401 for a code that sets a password.
pub(super) async fn resets_nothing(site: &Site) -> Result<(), Wrong> {
    let body = json!({"email": ThrowAway::new().email(), "code": CODE, "password": random_password()});
    expect_invalid_code(site, "/auth/password/reset", None, &body).await
}

/// 401 for codes that prove the address of the user with this token, or change it.
pub(super) async fn proves_nothing(site: &Site, token: &str) -> Result<(), Wrong> {
    for route in ["/auth/email/verify", "/auth/email/change/confirm"] {
        expect_invalid_code(site, route, Some(token), &json!({"code": CODE})).await?;
    }
    Ok(())
}

/// 401 for a code of this sign-up, which waits for its own.
pub(super) async fn confirms_nothing(site: &Site, signup_id: &str) -> Result<(), Wrong> {
    expect_invalid_code(site, "/auth/signup/confirm", None, &json!({"signupId": signup_id, "code": CODE})).await
}

async fn expect_invalid_code(site: &Site, route: &str, token: Option<&str>, body: &Value) -> Result<(), Wrong> {
    let request = token.into_iter().fold(site.post(route), RequestBuilder::bearer_auth);
    expect_code(send(request.json(body)).await?, 401, "invalid_code")
}
