//! Reading what providers answer: JSON, of which only the members that are used are looked at.

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use shared::domain::{EmailAddress, Name};

use super::{Endpoint, ProviderError};
use shared::web_client::{WebAnswer, WebError};

/// Whatever came back of a call, as an answer of this endpoint.
pub(super) fn of(endpoint: Endpoint, answer: Result<WebAnswer, WebError>) -> Result<WebAnswer, ProviderError> {
    answer.map_err(|error| ProviderError::NoAnswer(endpoint, error))
}

/// The body of an answer with status 200.
pub(super) fn read<T: DeserializeOwned>(endpoint: Endpoint, answer: &WebAnswer) -> Result<T, ProviderError> {
    if answer.status != 200 {
        return Err(ProviderError::Told { endpoint, status: Some(answer.status), error: None });
    }
    serde_json::from_slice(&answer.body).map_err(|_message_that_may_repeat_it| ProviderError::Unreadable(endpoint))
}

/// The answer of a token endpoint (RFC 6749 5). An error may come with status 200, as GitHub's do.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    #[serde(default, deserialize_with = "text")]
    access_token: Option<String>,
    #[serde(default, deserialize_with = "text")]
    id_token: Option<String>,
}

impl TokenAnswer {
    /// Reads an answer. An error in it is what `code_of` makes of it.
    pub(super) fn read(answer: &WebAnswer, code_of: fn(&Refusal) -> Option<&str>) -> Result<Self, ProviderError> {
        let (endpoint, status) = (Endpoint::Token, Some(answer.status));
        if let Ok(refusal) = serde_json::from_slice(&answer.body) {
            return Err(ProviderError::told(endpoint, status, code_of(&refusal).unwrap_or_default()));
        }
        read(endpoint, answer)
    }

    /// The access token. It is of visible ASCII characters (RFC 6749 A.12).
    pub(super) fn access_token(self) -> Result<SecretString, ProviderError> {
        let in_order = |token: &String| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        let token = self.access_token.filter(in_order).ok_or(ProviderError::Unreadable(Endpoint::Token))?;
        Ok(token.into())
    }

    /// The ID token.
    pub(super) fn id_token(self) -> Result<String, ProviderError> {
        self.id_token.ok_or(ProviderError::Unreadable(Endpoint::Token))
    }
}

/// An error of a token endpoint.
#[derive(Deserialize)]
pub(super) struct Refusal {
    /// A code with most providers, an object with Facebook.
    pub(super) error: Value,
    /// What went wrong, in words. It may hold what was sent, so it is neither shown nor logged.
    #[serde(default, deserialize_with = "text")]
    pub(super) error_description: Option<String>,
}

impl Refusal {
    /// The code (RFC 6749 5.2).
    pub(super) fn code(&self) -> Option<&str> {
        self.error.as_str()
    }
}

/// A text. Whatever else stands in its place is as good as nothing.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// `true`. Whatever else stands in its place, such as the text `true`, is not.
pub(super) fn is_true<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Value::deserialize(deserializer)? == Value::Bool(true))
}

/// The address of a new account, if it is in order: a provider's that is not is no reason to refuse anybody.
pub(super) fn email(text: Option<String>) -> Option<EmailAddress> {
    EmailAddress::parse_new(&text?).ok()
}

/// A name, if it is in order.
pub(super) fn name(text: Option<String>) -> Option<Name> {
    Name::parse(&text?).ok()
}
