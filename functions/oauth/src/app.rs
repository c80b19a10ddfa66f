//! The app that an operator has registered at a provider.

use secrecy::SecretString;
use shared::domain::Provider;
use shared::environment::{ConfigError, Environment};

use super::variables::Variables;

/// The longest id and the longest secret, so that the variables of a function stay below Lambda's 4 KB. Those of the known
/// providers have at most 72 characters.
const MAX_CHARS: usize = 128;

/// The example in an error. No message shows a secret.
const SHOWN: &str = "the one that the provider shows";

/// An app: what this service is to a provider.
#[derive(Debug)]
pub(crate) struct App {
    /// Its id, which is no secret.
    pub(crate) id: String,
    /// Its secret.
    pub(crate) secret: SecretString,
}

impl App {
    /// The app at this provider, if there is one. An id and a secret go together.
    pub(crate) fn read(environment: &Environment, provider: Provider) -> Result<Option<Self>, ConfigError> {
        let Variables { client_id, client_secret, .. } = Variables::of(provider);
        match (environment.chosen(client_id), environment.chosen(client_secret)) {
            (None, None) => Ok(None),
            (Some(id), Some(secret)) => {
                if !in_order(id) {
                    let expected = format!("the id of an app: at most {MAX_CHARS} ASCII characters");
                    return Err(ConfigError::invalid(client_id, id, expected, "1234567890"));
                }
                if !in_order(secret) {
                    let expected = format!("the secret of an app: at most {MAX_CHARS} ASCII characters");
                    return Err(ConfigError::invalid_secret(client_secret, &expected, SHOWN));
                }
                Ok(Some(Self { id: id.to_owned(), secret: secret.into() }))
            }
            (Some(_id), None) => {
                let expected = format!("set, since {client_id} is");
                Err(ConfigError::missing(client_secret, &expected, SHOWN))
            }
            (None, Some(_secret)) => {
                let expected = format!("set, since {client_secret} is");
                Err(ConfigError::missing(client_id, &expected, SHOWN))
            }
        }
    }
}

fn in_order(value: &str) -> bool {
    value.len() <= MAX_CHARS && value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}
