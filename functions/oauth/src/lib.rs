//! Sign-in through others: Google, GitHub, Facebook, X, and any issuer of OpenID Connect.
//!
//! A page sends the browser to [`start`], the provider sends it back to [`callback`], and that sends it to the page with a
//! code. Nothing is written until the page redeems the code.

mod code;
mod link;
mod login;
mod pkce;
mod presented;
mod standing;
mod unlink;

use std::sync::Arc;

use shared::attempts::{AttemptStore, SignupLimits};
use shared::authentication::{Authenticator, REAUTHENTICATION_REQUIRED};
use shared::clock::Clock;
use shared::domain::{FederatedAccountStore, IdentityStore, LinkStore, SessionStore, UserIdKind, UserStore};
use shared::environment::ConfigError;
use shared::http::problem::{TOKEN_TRANSPORT_REQUIRED, TOO_MANY_ATTEMPTS, UNKNOWN_TOKEN_TRANSPORT, VALIDATION_FAILED};
use shared::http::{Endpoint, HttpConfig, Problem, Route};
use shared::lambda::{Context, Function};
use shared::sign_in::SignIn;
use shared::store::{AttemptTable, IdentityTables, PublicKeyTable, SessionTable, SigningKeyTables, UserTable};

pub use code::Code;
pub use link::{IDENTITY_TAKEN, TOO_MANY_IDENTITIES};
pub use login::EMAIL_TAKEN;
pub use pkce::Challenge;
pub use presented::INVALID_CODE;
pub use unlink::LAST_SIGN_IN_METHOD;

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
    authenticator: Authenticator,
    signups: SignupLimits,
    user_ids: UserIdKind,
    stores: Stores,
    sign_in: SignIn,
    clock: Clock,
}

impl OAuth {
    /// Builds the function over this authenticator and these stores.
    pub fn new(
        context: &Context,
        authenticator: Authenticator,
        stores: Stores,
        sign_in: SignIn,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            http: context.http.clone(),
            authenticator,
            signups: SignupLimits::read(&context.environment)?,
            user_ids: UserIdKind::read(&context.environment)?,
            stores,
            sign_in,
            clock: context.clock.clone(),
        })
    }
}

/// The problems of a route that changes what a user logs in with, beside those of authentication.
const CHANGE_PROBLEMS: &[Problem] =
    &[UNKNOWN_TOKEN_TRANSPORT, TOKEN_TRANSPORT_REQUIRED, REAUTHENTICATION_REQUIRED, VALIDATION_FAILED];

impl Function for OAuth {
    const NAME: &'static str = "oauth";

    const ENDPOINTS: &'static [Endpoint<Self>] = &[
        Route::post("/auth/oauth/login", "oauthLogin")
            .with_body()
            .gives(&[SignIn::PROBLEMS, &[VALIDATION_FAILED, INVALID_CODE, EMAIL_TAKEN, TOO_MANY_ATTEMPTS]])
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
