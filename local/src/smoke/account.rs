//! A user that is made for the test.

use cookie::Cookie;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use shared::http::{CookieConfig, SameSite, TokenTransport};
use uuid::Uuid;

use super::site::{Answer, Site, Wrong, send};

/// A made-up person: no mail reaches them, and their password is random and never shown.
#[derive(Clone, Debug)]
pub(super) struct ThrowAway {
    email: String,
    password: String,
    is_deleted: bool,
}

/// What comes of a sign-up.
#[derive(Debug)]
pub(super) enum SignedUp {
    /// An account, with this token.
    AtOnce(String),
    /// Something that waits under this id for the code of a mail.
    Waits(String),
}

impl ThrowAway {
    /// A new one. The domain `.invalid` never exists (RFC 6761 6.4). The password has 128 random bits and more.
    pub(super) fn new() -> Self {
        let email = format!("smoke-test-{}@latchkey.invalid", Uuid::now_v7().simple());
        Self { email, password: random_password(), is_deleted: false }
    }

    /// Its address, which nobody else has.
    pub(super) fn email(&self) -> &str {
        &self.email
    }

    /// Whether it is deleted again.
    pub(super) fn is_deleted(&self) -> bool {
        self.is_deleted
    }

    /// Signs up. The account may have to wait for the code of a mail.
    pub(super) async fn sign_up(&self, site: &Site) -> Result<SignedUp, Wrong> {
        let body = json!({"name": "Smoke test", "email": self.email, "password": self.password});
        let answer = send(site.post("/auth/signup").json(&body)).await?;
        match answer.text("signupId") {
            Some(id) if answer.status == 202 => Ok(SignedUp::Waits(id.to_owned())),
            _ => token_in(answer.expect(201)?).map(SignedUp::AtOnce),
        }
    }

    /// Returns the token.
    pub(super) async fn log_in(&self, site: &Site) -> Result<String, Wrong> {
        token_in(send(site.post("/auth/login").json(&self.log_in_body(&self.password))).await?.expect(200)?)
    }

    /// The response to a log-in that asks for a session.
    pub(super) async fn log_in_with_session(&self, site: &Site) -> Result<Answer, Wrong> {
        let body = json!({"email": self.email, "password": self.password, "refresh": true});
        send(site.post("/auth/login").json(&body)).await?.expect(200)
    }

    /// A log-in with a password that is not the user's.
    pub(super) async fn mistype(&self, site: &Site) -> Result<Answer, Wrong> {
        send(site.post("/auth/login").json(&self.log_in_body("not the password"))).await
    }

    /// Returns the cookie as `name=value`.
    pub(super) async fn log_in_by_cookie(&self, site: &Site) -> Result<String, Wrong> {
        let request = site.post("/auth/login").header(TokenTransport::HEADER, "cookie");
        let answer = send(request.json(&self.log_in_body(&self.password))).await?.expect(200)?;
        let cookie = answer.header("set-cookie").and_then(|header| Cookie::parse(header).ok()).ok_or_else(|| {
            let advice = "What stands in front must pass the request header X-Token-Transport and the response header \
                          Set-Cookie on.";
            Wrong::new("there is no cookie in the response", advice)
        })?;
        let expected = CookieConfig::host_only(SameSite::Lax).token_cookie_name();
        let is_held_to_this_host = cookie.name() == expected && cookie.path() == Some("/") && cookie.domain().is_none();
        if !is_held_to_this_host || cookie.secure() != Some(true) || cookie.http_only() != Some(true) {
            let advice = format!(
                "It must be {expected}, with Path=/, Secure and HttpOnly, and without Domain: what stands in front must \
                 not change it. (cargo dev --plain-cookie changes it on purpose.)"
            );
            return Err(Wrong::new(format!("the cookie is {}, with other attributes or name", cookie.name()), advice));
        }
        Ok(format!("{}={}", cookie.name(), cookie.value()))
    }

    /// Sends this request for `/auth/me`. It must know the user, whose id is returned.
    pub(super) async fn show(&self, request: RequestBuilder) -> Result<String, Wrong> {
        let answer = send(request).await?.expect(200)?;
        match (answer.text("email"), answer.body.get("id")) {
            (Some(email), Some(id)) if email == self.email => {
                Ok(id.as_str().map_or_else(|| id.to_string(), str::to_owned))
            }
            _ => Err(Wrong::new(
                "it knows another user",
                "Responses are mixed up: what stands in front must not cache anything below /auth/.",
            )),
        }
    }

    /// Changes the password. The token with which that is asked for must end, and the new password must log in. Returns the
    /// user with the new password, and their token.
    pub(super) async fn change_password(&self, site: &Site) -> Result<(Self, String), Wrong> {
        let (token, renewed) = (self.log_in(site).await?, Self { password: random_password(), ..self.clone() });
        let body = json!({"password": self.password, "newPassword": renewed.password});
        send(site.post("/auth/password/change").bearer_auth(&token).json(&body)).await?.expect(204)?;
        assert_ended(site, &token, "account").await?;
        let token = renewed.log_in(site).await?;
        Ok((renewed, token))
    }

    /// Deletes the account. The token with which that is asked for must end.
    pub(super) async fn delete(&self, site: &Site, token: &str) -> Result<Self, Wrong> {
        let body = json!({"password": self.password});
        send(site.post("/auth/account/delete").bearer_auth(token).json(&body)).await?.expect(204)?;
        assert_ended(site, token, "account").await?;
        Ok(Self { is_deleted: true, ..self.clone() })
    }

    /// For the operator, if the user could not be deleted.
    pub(super) fn how_to_remove(&self, id: Option<&str>) -> String {
        let delete = |table: &str, key: &str, value: &str| {
            let key = json!({key: {"S": value}});
            format!("aws dynamodb delete-item --table-name STACK-{table} --key '{key}'")
        };
        let credential = delete("credentials", "email", &self.email);
        let user = id.map(|id| format!("\n  {}", delete("users", "id", id))).unwrap_or_default();
        format!("The user {} stays. To remove it, put your stack's name for STACK:\n  {credential}{user}", self.email)
    }

    fn log_in_body(&self, password: &str) -> Value {
        json!({"email": self.email, "password": password})
    }
}

/// Ends every token of the user, and sees that this one has ended.
pub(super) async fn log_out(site: &Site, token: &str) -> Result<(), Wrong> {
    let request = site.post("/auth/logout").bearer_auth(token).json(&json!({"everywhere": true}));
    send(request).await?.expect(204)?;
    assert_ended(site, token, "sessions").await
}

/// Sees that a token has ended, which this function did.
async fn assert_ended(site: &Site, token: &str, function: &str) -> Result<(), Wrong> {
    let after = send(site.with_token(token)).await?;
    if after.status == 200 {
        let advice = format!(
            "`me` must read the table that `{function}` writes: deploy the whole stack again. What stands in front must not \
             cache anything below /auth/."
        );
        return Err(Wrong::new("the token is still good", advice));
    }
    after.expect(401).map(drop)
}

/// A password that nobody guesses.
pub(super) fn random_password() -> String {
    let random = || Uuid::now_v7().simple();
    format!("{}-{}", random(), random())
}

fn token_in(answer: Answer) -> Result<String, Wrong> {
    answer.text("authToken").map(str::to_owned).ok_or_else(|| answer.unexpected())
}
