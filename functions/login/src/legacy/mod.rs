//! The system that accounts come from, which is asked once whether a password is right: some give nobody their hashes.

mod cognito;
mod endpoint;
mod error;
mod xano;

use std::time::Duration;

use serde_json::{Value, json};
use shared::domain::{PresentedPassword, UserId};
use shared::environment::{ConfigError, Environment};
use shared::web_client::{WebAnswer, WebClient, WebError};
use tokio::time::timeout;
use url::Url;

use cognito::Cognito;
use endpoint::secure_url;
use error::LegacyError;
use xano::Xano;

/// The variable that says which system it is, and where.
const LEGACY_LOGIN: &str = "LEGACY_LOGIN";
/// The variable that names a file of certificates to trust in place of Mozilla's.
const CA_BUNDLE: &str = "LEGACY_LOGIN_CA_BUNDLE";

/// How long it may take to answer, however many calls that needs. A log-in waits for it, once for each user.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(4);

/// The system that accounts come from.
#[derive(Debug)]
pub(crate) struct LegacyLogin {
    web: WebClient,
    system: System,
}

#[derive(Debug)]
enum System {
    Xano(Xano),
    Cognito(Cognito),
    /// Any endpoint that takes `email` and `password`, and returns the `id` of whose they are.
    Any(Url),
}

/// What the system says of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    /// It is right, and that of the person with this id.
    Right(String),
    /// It is wrong, or nobody has this address.
    Wrong,
    /// It is right, and not enough there.
    NotEnough,
}

/// What follows for a log-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegacyVerdict {
    /// The password is right for the person that was imported.
    Right,
    /// It is not.
    Wrong,
    /// It is right, and the system asks for more, such as a second factor. Taking it would drop that.
    ResetRequired,
}

impl LegacyLogin {
    /// The system that `LEGACY_LOGIN` names; `None` if it is not set.
    pub(crate) fn read(environment: &Environment) -> Result<Option<Self>, ConfigError> {
        let web = || WebClient::read(environment, CA_BUNDLE, ANSWER_TIMEOUT);
        let Some(value) = environment.chosen(LEGACY_LOGIN) else {
            // Reading roots takes time at every start. A bundle of one's own stops the start all the same if it cannot be read.
            if environment.get(CA_BUNDLE).is_some() {
                let _unused = web()?;
            }
            return Ok(None);
        };
        // It may hold what only its owner should know, so no message shows it.
        let invalid = || {
            ConfigError::invalid_secret(
                LEGACY_LOGIN,
                "xano:<https URL of auth/login>, cognito:<region>:<app client id>, or an https URL of your own",
                "xano:https://x8ki-letl-twmt.n7.xano.io/api:jVuUQATw/auth/login",
            )
        };
        let system = match value.split_once(':') {
            Some(("xano", url)) => Xano::parse(url).map(System::Xano),
            Some(("cognito", client)) => Cognito::read(environment, client)?.map(System::Cognito),
            _ => secure_url(value).map(System::Any),
        };
        Ok(Some(Self { web: web()?, system: system.ok_or_else(invalid)? }))
    }

    /// Whether this is the password of the person who was imported with this id.
    pub(crate) async fn ask(
        &self,
        email: &str,
        password: &PresentedPassword,
        user_id: &UserId,
    ) -> Result<LegacyVerdict, LegacyError> {
        let said =
            timeout(ANSWER_TIMEOUT, self.said_of(email, password)).await.map_err(|_elapsed| LegacyError::TooSlow)?;
        Ok(match said? {
            Said::Right(id) if id == user_id.as_str() => LegacyVerdict::Right,
            Said::Right(_another) => {
                tracing::error!("the old system has another user under the address of an imported one");
                LegacyVerdict::Wrong
            }
            Said::Wrong => LegacyVerdict::Wrong,
            Said::NotEnough => LegacyVerdict::ResetRequired,
        })
    }

    async fn said_of(&self, email: &str, password: &PresentedPassword) -> Result<Said, LegacyError> {
        match &self.system {
            System::Xano(xano) => xano.ask(&self.web, email, password).await,
            System::Cognito(cognito) => cognito.ask(&self.web, email, password).await,
            System::Any(url) => {
                let answer = post(&self.web, url, email, password).await?;
                match answer.status {
                    200 => Ok(Said::Right(id_in(&answer, "id")?)),
                    401 | 403 => Ok(Said::Wrong),
                    status => Err(LegacyError::Status(status)),
                }
            }
        }
    }
}

/// Asks an endpoint that takes what a log-in of ours takes.
async fn post(web: &WebClient, url: &Url, email: &str, password: &PresentedPassword) -> Result<WebAnswer, WebError> {
    let body = json!({"email": email, "password": password.as_typed()});
    web.post_json(url, "application/json", &[], &body).await
}

/// The id in a member of an answer, which some write as a number.
fn id_in(answer: &WebAnswer, member: &'static str) -> Result<String, LegacyError> {
    let body: Value =
        serde_json::from_slice(&answer.body).map_err(|_message_that_may_repeat_it| LegacyError::NoJson)?;
    match body.get(member) {
        Some(Value::String(id)) => Ok(id.clone()),
        Some(Value::Number(id)) => Ok(id.to_string()),
        _ => Err(LegacyError::NoId(member)),
    }
}
