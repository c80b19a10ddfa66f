//! What a token says.

use serde::{Deserialize, Serialize};

/// The kind of token, as Amazon Cognito names it: it keeps tokens of other kinds apart (RFC 8725 3.12).
pub(super) const TOKEN_USE: &str = "access";

/// The claims of an access token. They hold no personal data. Tokens of earlier versions lack the optional ones.
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
