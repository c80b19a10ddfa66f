//! Why a provider did not say who somebody is.

use std::fmt;

use thiserror::Error;

use shared::web_client::WebError;

/// A provider's endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Where the browser is sent to, and from where it comes back.
    Authorization,
    /// Where a code becomes a token.
    Token,
    /// Where a token becomes a person.
    User,
    /// Where GitHub lists a person's email addresses.
    Emails,
    /// Where the keys of ID tokens are.
    Keys,
    /// The document of an issuer.
    Document,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Authorization => "authorization endpoint",
            Self::Token => "token endpoint",
            Self::User => "user endpoint",
            Self::Emails => "endpoint of email addresses",
            Self::Keys => "key set",
            Self::Document => "discovery document",
        })
    }
}

/// Why a provider did not say who somebody is. The message is for the log: it never repeats what the provider said, but for
/// an error code that is known.
#[derive(Clone, Debug, Error)]
pub enum ProviderError {
    /// A call came to nothing.
    #[error("{0}")]
    NoAnswer(Endpoint, #[source] WebError),
    /// All calls together took too long.
    #[error("the provider took too long")]
    OutOfTime,
    /// It answered with an error.
    #[error("{endpoint}: {}{}", .status.map(|status| format!("status {status}, ")).unwrap_or_default(), .error.unwrap_or("an unknown error"))]
    Told {
        /// Which endpoint.
        endpoint: Endpoint,
        /// The status, unless the browser brought the answer.
        status: Option<u16>,
        /// The error code, if it is a known one.
        error: Option<&'static str>,
    },
    /// The answer lacks something, or is of another form.
    #[error("{0}: an answer of another form")]
    Unreadable(Endpoint),
    /// The issuer's document does not say what is needed.
    #[error("discovery document: {0}")]
    Document(&'static str),
    /// The provider named another issuer, or did not name itself although it promises to.
    #[error("iss in the callback is not the provider's")]
    Iss,
    /// The ID token is not good.
    #[error("ID token")]
    IdToken(#[from] IdTokenFault),
}

/// Why an ID token is not accepted.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum IdTokenFault {
    /// It is not a JWT, or lacks a claim.
    #[error("it is not an ID token")]
    Form,
    /// Its header asks for another algorithm than RS256, ES256 or `EdDSA`, or for an extension.
    #[error("its algorithm or an extension of its header is not supported")]
    Algorithm,
    /// The issuer has no key of its name.
    #[error("it names a key that the issuer does not have")]
    UnknownKey,
    /// The key did not make the signature, or is of another kind.
    #[error("the signature is not of the key that it names")]
    Signature,
    /// Somebody else issued it.
    #[error("iss is another issuer")]
    Issuer,
    /// It was issued to somebody else.
    #[error("aud or azp is another client")]
    Audience,
    /// It has expired.
    #[error("exp is over")]
    Expired,
    /// It was not issued just now.
    #[error("iat is in the future or too long ago")]
    IssuedAt,
    /// It was issued to another sign-in.
    #[error("nonce is of another sign-in")]
    Nonce,
}

/// Known error codes. Whatever else a provider says may hold what was sent, and is not repeated.
///
/// RFC 6749 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6, GitHub's pages on troubleshooting authorization and token requests,
/// and the type that Facebook gives every error of the kind.
const KNOWN: [&str; 21] = [
    "access_denied",
    "account_selection_required",
    "application_suspended",
    "bad_verification_code",
    "consent_required",
    "incorrect_client_credentials",
    "interaction_required",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "login_required",
    "OAuthException",
    "redirect_uri_mismatch",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    UNVERIFIED_PERSON,
    OLD_CODE,
];

/// What stands for the ways in which Facebook and X say that a code is used or too old.
pub(super) const OLD_CODE: &str = "the code is used or too old";
/// GitHub tells nobody who somebody is who has not verified their address there.
const UNVERIFIED_PERSON: &str = "unverified_user_email";

impl ProviderError {
    /// The endpoint said this.
    pub(crate) fn told(endpoint: Endpoint, status: Option<u16>, error: &str) -> Self {
        Self::Told { endpoint, status, error: KNOWN.into_iter().find(|known| *known == error) }
    }

    /// Whether the provider's code is used or too old: the person only has to start again.
    #[must_use]
    pub fn is_of_an_old_code(&self) -> bool {
        let Self::Told { endpoint: Endpoint::Token, error, .. } = self else { return false };
        matches!(error, Some("invalid_grant" | "bad_verification_code" | OLD_CODE))
    }

    /// Whether only the person can do something about it.
    #[must_use]
    pub fn is_up_to_the_person(&self) -> bool {
        matches!(self, Self::Told { error: Some(UNVERIFIED_PERSON), .. })
    }

    /// Whether the browser brought this, rather than a call of ours: anyone can write it.
    #[must_use]
    pub fn came_by_browser(&self) -> bool {
        matches!(
            self,
            Self::Iss
                | Self::Told { endpoint: Endpoint::Authorization, .. }
                | Self::Unreadable(Endpoint::Authorization)
        )
    }

    /// Whether the same sign-in may succeed in a moment: the provider is slow or away, or refuses for load or credit.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::NoAnswer(_, WebError::NoAnswer(_) | WebError::TooSlow)
                | Self::OutOfTime
                | Self::Told { status: Some(402 | 429 | 500..=599), .. }
                | Self::Told { error: Some("server_error" | "temporarily_unavailable"), .. }
        )
    }
}
