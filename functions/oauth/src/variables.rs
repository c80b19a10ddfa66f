//! The environment variables that name an app at a provider.

use shared::domain::Provider;

/// The variables of one provider.
#[derive(Clone, Copy, Debug)]
pub struct Variables {
    /// The app's id.
    pub client_id: &'static str,
    /// The app's secret.
    pub client_secret: &'static str,
    /// Where the provider is, if not where it is for everybody.
    pub url: &'static str,
}

impl Variables {
    /// The variables of this provider.
    #[must_use]
    pub const fn of(provider: Provider) -> Self {
        match provider {
            Provider::Google => Self {
                client_id: "OAUTH_GOOGLE_CLIENT_ID",
                client_secret: "OAUTH_GOOGLE_CLIENT_SECRET",
                url: "OAUTH_GOOGLE_URL",
            },
            Provider::Github => Self {
                client_id: "OAUTH_GITHUB_CLIENT_ID",
                client_secret: "OAUTH_GITHUB_CLIENT_SECRET",
                url: "OAUTH_GITHUB_URL",
            },
            Provider::Facebook => Self {
                client_id: "OAUTH_FACEBOOK_CLIENT_ID",
                client_secret: "OAUTH_FACEBOOK_CLIENT_SECRET",
                url: "OAUTH_FACEBOOK_URL",
            },
            Provider::X => {
                Self { client_id: "OAUTH_X_CLIENT_ID", client_secret: "OAUTH_X_CLIENT_SECRET", url: "OAUTH_X_URL" }
            }
            Provider::Oidc => Self {
                client_id: "OAUTH_OIDC_CLIENT_ID",
                client_secret: "OAUTH_OIDC_CLIENT_SECRET",
                url: "OAUTH_OIDC_ISSUER",
            },
        }
    }
}
