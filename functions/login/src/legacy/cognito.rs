//! A user pool of Amazon Cognito.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::json;
use shared::domain::PresentedPassword;
use shared::environment::{ConfigError, Environment};
use shared::web_client::{Header, WebClient};
use url::Url;

use super::endpoint::secure_url;
use super::{LegacyError, Said};

/// The variable by which tools of AWS, too, are told of another endpoint.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
const ENDPOINT: &str = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER";

const AMZ_JSON: &str = "application/x-amz-json-1.1";
const INITIATE_AUTH: Header = ("x-amz-target", "AWSCognitoIdentityProviderService.InitiateAuth");

/// An app client without a secret that allows `USER_PASSWORD_AUTH`.
#[derive(Debug)]
pub(super) struct Cognito {
    endpoint: Url,
    client_id: String,
}

/// The answer to `InitiateAuth`.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Initiated {
    authentication_result: Option<AuthenticationResult>,
    challenge_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AuthenticationResult {
    access_token: String,
}

#[derive(Deserialize)]
struct Refused {
    #[serde(rename = "__type")]
    kind: String,
}

#[derive(Deserialize)]
struct AccessClaims {
    sub: String,
}

impl Cognito {
    /// The app client that `eu-central-1:<client id>` names. `None` if it is spelled otherwise.
    pub(super) fn read(environment: &Environment, region_and_client: &str) -> Result<Option<Self>, ConfigError> {
        let is_word = |text: &str, more: &[u8]| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
        };
        let Some((region, client_id)) = region_and_client.split_once(':') else { return Ok(None) };
        if !is_word(region, b"-") || !is_word(client_id, b"_+") {
            return Ok(None);
        }
        let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let of_region = format!("https://cognito-idp.{region}.{suffix}");
        let url = environment.get(ENDPOINT).unwrap_or(&of_region);
        let endpoint = secure_url(url).ok_or_else(|| {
            let expected = "an https URL (or http on a loopback host)";
            ConfigError::invalid(ENDPOINT, url, expected, "https://cognito-idp.eu-central-1.amazonaws.com")
        })?;
        Ok(Some(Self { endpoint, client_id: client_id.to_owned() }))
    }

    /// Logs in, which needs no credentials of AWS. A challenge means that the password was right.
    pub(super) async fn ask(
        &self,
        web: &WebClient,
        email: &str,
        password: &PresentedPassword,
    ) -> Result<Said, LegacyError> {
        let parameters = json!({"USERNAME": email, "PASSWORD": password.as_typed()});
        let body = json!({
            "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": self.client_id, "AuthParameters": parameters,
        });
        let answer = web.post_json(&self.endpoint, AMZ_JSON, &[INITIATE_AUTH], &body).await?;
        match answer.status {
            200 => read_initiated(&answer.body),
            400 if is_no(&answer.body) => Ok(Said::Wrong),
            status => Err(LegacyError::Status(status)),
        }
    }
}

fn read_initiated(body: &[u8]) -> Result<Said, LegacyError> {
    let initiated: Initiated =
        serde_json::from_slice(body).map_err(|_message_that_may_repeat_it| LegacyError::NoJson)?;
    match initiated {
        Initiated { challenge_name: Some(_), .. } => Ok(Said::NotEnough),
        Initiated { authentication_result: Some(AuthenticationResult { access_token }), .. } => {
            let id = subject_of(&access_token).ok_or(LegacyError::NoId("sub"))?;
            Ok(Said::Right(id))
        }
        Initiated { .. } => Err(LegacyError::NoId("AuthenticationResult")),
    }
}

/// The user of a token that has just come from where it is made.
fn subject_of(token: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&claims).ok().map(|AccessClaims { sub }| sub)
}

/// Whether Cognito refuses this password. An account that is unconfirmed, or that must reset its password, counts as a refusal.
fn is_no(body: &[u8]) -> bool {
    const NO: [&str; 4] = [
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserNotConfirmedException",
        "PasswordResetRequiredException",
    ];
    serde_json::from_slice(body)
        .is_ok_and(|Refused { kind }| NO.iter().any(|no| kind == *no || kind.ends_with(&format!("#{no}"))))
}

#[cfg(test)]
mod tests {
    use shared::environment::Environment;

    use super::Cognito;

    /// The regions of China have a domain of their own.
    #[test]
    fn a_pool_is_asked_in_its_region() {
        for (named, endpoint) in [
            ("eu-central-1:1example23456789", "https://cognito-idp.eu-central-1.amazonaws.com/"),
            ("us-gov-west-1:1example23456789", "https://cognito-idp.us-gov-west-1.amazonaws.com/"),
            ("cn-north-1:1example23456789", "https://cognito-idp.cn-north-1.amazonaws.com.cn/"),
        ] {
            let cognito = Cognito::read(&Environment::default(), named).unwrap().unwrap();
            assert_eq!(cognito.endpoint.as_str(), endpoint);
        }
    }
}
