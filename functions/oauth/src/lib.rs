//! Sign-in through others: Google, GitHub, Facebook, X, and any issuer of OpenID Connect.
//!
//! A page sends the browser to `start`, the provider sends it back to `callback`, and that sends it to the page with a code.
//! Nothing is written until the page redeems the code.

mod app;
mod callback;
mod code;
mod flow;
mod link;
mod list;
mod login;
mod memory;
mod pkce;
mod presented;
pub mod provider;
mod sent_back;
mod standing;
mod start;
mod unlink;
mod variables;

use std::sync::Arc;
use std::time::Duration;

use shared::attempts::{AttemptStore, OAuthLimits, SignupLimits};
use shared::authentication::{ACCOUNT_DISABLED, Authenticator, REAUTHENTICATION_REQUIRED};
use shared::clock::{Clock, Timestamp};
use shared::domain::{AllowedDomains, IdentityStore, Provider, SessionStore, SignUps, UserIdKind, UserStore};
use shared::environment::ConfigError;
use shared::http::problem::{
    NO_ISSUER, SIGNUP_CLOSED, TOKEN_TRANSPORT_REQUIRED, TOO_MANY_ATTEMPTS, UNKNOWN_TOKEN_TRANSPORT, VALIDATION_FAILED,
};
use shared::http::{Call, Endpoint, Failure, HttpConfig, Problem, ReturnUrls, Route};
use shared::keys::SigningKeySet;
use shared::lambda::{Context, Function};
use shared::logging::Part;
use shared::mail::{FederatedAccountStore, LinkStore, MailSettings};
use shared::sign_in::SignIn;
use shared::store::{AttemptTable, IdentityTables, PublicKeyTable, SessionTable, SigningKeyTables, UserTable};
use tokio::time::timeout;

use provider::{Providers, Service};
use shared::web_client::WebClient;

pub use code::Code;
pub use link::{IDENTITY_TAKEN, TOO_MANY_IDENTITIES};
pub use login::{EMAIL_DOMAIN_NOT_ALLOWED, EMAIL_TAKEN};
pub use pkce::Challenge;
pub use presented::INVALID_CODE;
pub use sent_back::{PROVIDER_REFUSED, PROVIDER_UNAVAILABLE, SIGN_IN_CANCELLED, SIGN_IN_EXPIRED};
pub use start::{MALFORMED_START, RETURN_URL_NOT_ALLOWED, UNKNOWN_PROVIDER};
pub use unlink::LAST_SIGN_IN_METHOD;
pub use variables::Variables;

/// How long a call to a provider may take, from the connection to the last byte.
const CALL_TIMEOUT: Duration = Duration::from_secs(3);
/// The variable that names a file of certificates to trust in place of Mozilla's: for an issuer whose certificate is its
/// company's own.
const CA_BUNDLE: &str = "OAUTH_CA_BUNDLE";

/// How long a browser waits for the keys on its way to a provider or back.
const STORE_TIMEOUT: Duration = Duration::from_secs(3);

/// The problems of a route that changes what a user logs in with, beside those of authentication.
const CHANGE_PROBLEMS: &[Problem] =
    &[UNKNOWN_TOKEN_TRANSPORT, TOKEN_TRANSPORT_REQUIRED, REAUTHENTICATION_REQUIRED, VALIDATION_FAILED];

/// The stores of the function.
#[derive(Clone, Debug)]
pub struct Stores {
    /// Where attempts are counted.
    pub attempts: Arc<dyn AttemptStore>,
    /// Whom identities are linked to.
    pub identities: Arc<dyn IdentityStore>,
    /// Where accounts are made.
    pub accounts: Arc<dyn FederatedAccountStore>,
    /// Where identities are linked and unlinked.
    pub links: Arc<dyn LinkStore>,
    /// The users.
    pub users: Arc<dyn UserStore>,
    /// Where sessions begin.
    pub sessions: Arc<dyn SessionStore>,
}

/// The function that signs people in through providers.
#[derive(Debug)]
pub struct OAuth {
    http: HttpConfig,
    providers: Providers,
    return_urls: ReturnUrls,
    limits: OAuthLimits,
    web: WebClient,
    authenticator: Authenticator,
    signups: SignupLimits,
    user_ids: UserIdKind,
    sign_ups: SignUps,
    domains: AllowedDomains,
    mail: MailSettings,
    stores: Stores,
    sign_in: SignIn,
    clock: Clock,
}

impl OAuth {
    /// Builds the function over this authenticator and these stores. A provider needs a URL that a sign-in may return to.
    pub fn new(
        context: &Context,
        authenticator: Authenticator,
        stores: Stores,
        sign_in: SignIn,
    ) -> Result<Self, ConfigError> {
        let environment = &context.environment;
        let providers = Providers::read(environment)?;
        let return_urls = ReturnUrls::read(environment, &context.return_urls)?;
        let mail = MailSettings::read(environment)?;
        if let Some(provider) = providers.first().filter(|_provider| return_urls.is_empty()) {
            let expected = format!("a list of the URLs that a sign-in through {provider} may return to");
            return Err(ConfigError::missing(ReturnUrls::VARIABLE, &expected, "https://app.example.com/signed-in"));
        }
        Ok(Self {
            http: context.http.clone(),
            providers,
            return_urls,
            limits: OAuthLimits::read(environment)?,
            web: WebClient::read(environment, CA_BUNDLE, CALL_TIMEOUT)?,
            authenticator,
            signups: SignupLimits::read(environment)?,
            user_ids: UserIdKind::read(environment)?,
            sign_ups: SignUps::read(environment)?,
            domains: AllowedDomains::read(environment, mail.proves_addresses())?,
            mail,
            stores,
            sign_in,
            clock: context.clock.clone(),
        })
    }

    /// The provider that the path names.
    fn provider_of(&self, call: &Call) -> Result<(Provider, &dyn Service), Problem> {
        let found = call.parameter("provider").and_then(|name| self.providers.get(name));
        let (provider, service) = found.ok_or(UNKNOWN_PROVIDER)?;
        call.note_provider(provider);
        Ok((provider, service))
    }

    /// Where this provider sends browsers back to.
    fn redirect_uri(call: &Call, provider: Provider) -> Result<String, Problem> {
        Ok(format!("{}{}", call.issuer()?, callback_path(provider)))
    }

    /// The keys, in time to tell the browser if they cannot be had.
    async fn keys(&self, call: &Call, now: Timestamp) -> Result<Arc<SigningKeySet>, Failure> {
        match call.timed(Part::Store, timeout(STORE_TIMEOUT, self.sign_in.keys(now))).await {
            Ok(keys) => Ok(keys?),
            Err(_elapsed) => Err(Failure::Unavailable("the signing keys were not there in time".into())),
        }
    }
}

/// The path of the callback that is registered with this provider.
#[must_use]
pub fn callback_path(provider: Provider) -> String {
    format!("/auth/oauth/{provider}/callback")
}

impl Function for OAuth {
    const NAME: &'static str = "oauth";

    const ENDPOINTS: &'static [Endpoint<Self>] = &[
        Route::get("/auth/oauth", "oauthProviders").to(|oauth, _call| Box::pin(async { Ok(oauth.list()) })),
        Route::get("/auth/oauth/{provider}", "oauthStart")
            .gives(&[&[UNKNOWN_PROVIDER, RETURN_URL_NOT_ALLOWED, MALFORMED_START, NO_ISSUER]])
            .to(|oauth, call| Box::pin(oauth.start(call))),
        Route::get("/auth/oauth/{provider}/callback", "oauthCallback")
            .gives(&[&[UNKNOWN_PROVIDER, NO_ISSUER]])
            .to(|oauth, call| Box::pin(oauth.come_back(call))),
        Route::post("/auth/oauth/login", "oauthLogin")
            .with_body()
            .gives(&[
                SignIn::PROBLEMS,
                &[
                    VALIDATION_FAILED,
                    INVALID_CODE,
                    ACCOUNT_DISABLED,
                    SIGNUP_CLOSED,
                    EMAIL_DOMAIN_NOT_ALLOWED,
                    EMAIL_TAKEN,
                    TOO_MANY_ATTEMPTS,
                ],
            ])
            .to(|oauth, call| Box::pin(oauth.log_in(call))),
        Route::post("/auth/oauth/link", "oauthLink")
            .with_body()
            .gives(&[Authenticator::PROBLEMS, CHANGE_PROBLEMS, &[INVALID_CODE, IDENTITY_TAKEN, TOO_MANY_IDENTITIES]])
            .to(|oauth, call| Box::pin(oauth.link(call))),
        Route::post("/auth/oauth/unlink", "oauthUnlink")
            .with_body()
            .gives(&[Authenticator::PROBLEMS, CHANGE_PROBLEMS, &[LAST_SIGN_IN_METHOD]])
            .to(|oauth, call| Box::pin(oauth.unlink(call))),
    ];

    fn build(context: &Context) -> Result<Self, ConfigError> {
        let Context { environment, client, clock, .. } = context;
        let identities = Arc::new(IdentityTables::read(environment, client)?);
        let users = Arc::new(UserTable::read(environment, client)?);
        let stores = Stores {
            attempts: Arc::new(AttemptTable::read(environment, client)?),
            identities: Arc::<IdentityTables>::clone(&identities),
            accounts: Arc::<IdentityTables>::clone(&identities),
            links: identities,
            users: Arc::<UserTable>::clone(&users),
            sessions: Arc::new(SessionTable::read(environment, client)?),
        };
        let public_keys = Arc::new(PublicKeyTable::read(environment, client)?);
        let signing_keys = Arc::new(SigningKeyTables::read(environment, client)?);
        let authenticator = Authenticator::new(environment, users, public_keys);
        Self::new(context, authenticator, stores, SignIn::new(environment, signing_keys, clock.clone())?)
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    async fn warm_up(&self) {
        let now = self.clock.now();
        tokio::join!(self.authenticator.keys().warm_up(now), self.sign_in.warm_up());
    }
}
