//! The tokens of a session.

use reqwest::header::USER_AGENT;
use serde_json::{Value, json};

use crate::{Answer, Api, Person};

/// The tokens that a client of a session holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
}

impl Session {
    /// Logs somebody in, with a session.
    pub async fn log_in(api: &Api, person: &Person) -> Self {
        Self::log_in_from(api, person, "tests/1.0").await
    }

    /// Logs somebody in, with a session, from a device that calls itself so.
    pub async fn log_in_from(api: &Api, person: &Person, user_agent: &str) -> Self {
        let login = api.post("/auth/login").header(USER_AGENT, user_agent).json(&with_refresh(person.login_body()));
        Self::of(&api.send(login).await.expect(200))
    }

    /// Signs somebody up, with a session.
    pub async fn sign_up(api: &Api, person: &Person) -> Self {
        Self::of(&api.send(api.post("/auth/signup").json(&with_refresh(person.signup_body()))).await.expect(201))
    }

    /// The tokens in an answer.
    #[must_use]
    pub fn of(answer: &Answer) -> Self {
        let refresh = answer.json()["refreshToken"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned();
        Self { access: answer.token(), refresh }
    }

    /// Presents the refresh token.
    pub async fn refresh(&self, api: &Api) -> Answer {
        api.send(api.post("/auth/refresh").json(&json!({"refreshToken": self.refresh}))).await
    }

    /// The session after a refresh that succeeds.
    pub async fn refreshed(&self, api: &Api) -> Self {
        Self::of(&self.refresh(api).await.expect(200))
    }
}

fn with_refresh(mut body: Value) -> Value {
    body["refresh"] = true.into();
    body
}
