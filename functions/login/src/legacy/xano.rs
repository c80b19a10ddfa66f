//! A workspace of Xano.

use secrecy::SecretString;
use serde::Deserialize;
use shared::domain::PresentedPassword;
use shared::web_client::{Authorization, WebClient};
use url::Url;

use super::endpoint::secure_url;
use super::{LegacyError, Said, id_in, post};

/// Where a workspace logs people in, and where it says who they are.
#[derive(Debug)]
pub(super) struct Xano {
    login: Url,
    me: Url,
}

#[derive(Deserialize)]
struct LoggedIn {
    #[serde(rename = "authToken")]
    auth_token: String,
}

impl Xano {
    /// The workspace with this `auth/login`.
    pub(super) fn parse(login: &str) -> Option<Self> {
        let login = secure_url(login).filter(|url| url.path().ends_with("/auth/login"))?;
        let me = login.join("me").ok()?;
        Some(Self { login, me })
    }

    /// Logs in, and asks for whom. Xano answers a wrong password and an unknown address with a 4xx of its own choice.
    pub(super) async fn ask(
        &self,
        web: &WebClient,
        email: &str,
        password: &PresentedPassword,
    ) -> Result<Said, LegacyError> {
        let answer = post(web, &self.login, email, password).await?;
        match answer.status {
            200 => {}
            429 => return Err(LegacyError::Status(429)),
            400..500 => return Ok(Said::Wrong),
            status => return Err(LegacyError::Status(status)),
        }
        let LoggedIn { auth_token } =
            serde_json::from_slice(&answer.body).map_err(|_message_that_may_repeat_it| LegacyError::NoJson)?;
        let me = web.get(&self.me, Authorization::Bearer(&SecretString::from(auth_token))).await?;
        match me.status {
            200 => Ok(Said::Right(id_in(&me, "id")?)),
            status => Err(LegacyError::Status(status)),
        }
    }
}
