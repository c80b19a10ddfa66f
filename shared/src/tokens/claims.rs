//! What a token says.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The kind of token, as Amazon Cognito names it: it keeps tokens of other kinds apart (RFC 8725 3.12).
pub(super) const TOKEN_USE: &str = "access";

/// The claims of an access token that Latchkey writes. They hold no personal data. Tokens of earlier versions lack the
/// optional ones.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    /// The issuer.
    pub(super) iss: String,
    /// The audience: one string, never an array.
    pub(super) aud: String,
    /// The audience again, under the name that API Gateway's authorizers also look at.
    pub(super) client_id: String,
    /// The user's id.
    pub(super) sub: String,
    /// When it was issued, in seconds since the Unix epoch.
    pub(super) iat: u64,
    /// When it ends, in seconds since the Unix epoch.
    pub(super) exp: u64,
    /// The kind of token.
    pub(super) token_use: String,
    /// A UUID v7, whose time is the issue time in milliseconds.
    pub(super) jti: String,
    /// When the user last proved who they are, in seconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) auth_time: Option<u64>,
    /// How they did (RFC 8176).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amr: Option<Vec<String>>,
    /// The session that the token belongs to, if it belongs to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sid: Option<String>,
    /// The user's generation, in a token without a session.
    #[serde(rename = "gen", skip_serializing_if = "Option::is_none")]
    pub(super) generation: Option<u64>,
}

/// All claims of a new token. Both kinds stand side by side: none of the user's has a name of ours.
#[derive(Debug, Serialize)]
pub(super) struct AllClaims<'c> {
    #[serde(flatten)]
    pub(super) ours: &'c Claims,
    #[serde(flatten)]
    pub(super) of_user: &'c Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::Claims;
    use crate::domain::UserClaims;

    #[test]
    fn no_user_has_a_claim_of_ours() {
        let claims = Claims {
            iss: String::new(),
            aud: String::new(),
            client_id: String::new(),
            sub: String::new(),
            iat: 0,
            exp: 0,
            token_use: String::new(),
            jti: String::new(),
            auth_time: Some(0),
            amr: Some(Vec::new()),
            sid: Some(String::new()),
            generation: Some(0),
        };
        let json = serde_json::to_value(claims).unwrap();
        for name in json.as_object().unwrap().keys() {
            assert!(UserClaims::RESERVED.contains(&name.as_str()), "{name}");
        }
    }
}
