//! What users change of their own account: the password, the name, and that there is one. It signs nothing.

mod change_password;
mod delete;
mod ownership;
mod rename;

use std::sync::Arc;

use shared::attempts::{AttemptStore, LoginLimits};
use shared::authentication::{Authenticator, INVALID_CREDENTIALS, REAUTHENTICATION_REQUIRED};
use shared::clock::Clock;
use shared::domain::{
    CredentialStore, DeletionStore, EmailAddress, PasswordHasher, PasswordPolicy, PasswordStore, ProfileStore,
};
use shared::environment::ConfigError;
use shared::error_chain::with_causes;
use shared::http::problem::{TOKEN_TRANSPORT_REQUIRED, TOO_MANY_ATTEMPTS, UNKNOWN_TOKEN_TRANSPORT, VALIDATION_FAILED};
use shared::http::{Endpoint, HttpConfig, Problem, Route};
use shared::keys::DigestKeys;
use shared::lambda::{Context, Function};
use shared::store::{AttemptTable, CredentialTable, DigestKeyTable, OwnerTables, PublicKeyTable, UserTable};

pub use change_password::NO_ADDRESS;
pub use ownership::NO_KEYS_YET;

/// The problems of a route that changes something, beside those of authentication.
const CHANGE_PROBLEMS: &[Problem] = &[UNKNOWN_TOKEN_TRANSPORT, TOKEN_TRANSPORT_REQUIRED, VALIDATION_FAILED];

/// The problems of a route that asks once more who it is.
const OWNERSHIP_PROBLEMS: &[Problem] =
    &[INVALID_CREDENTIALS, REAUTHENTICATION_REQUIRED, TOO_MANY_ATTEMPTS, NO_KEYS_YET];

/// How often a change is tried of a user who changes meanwhile.
const TRIES: u32 = 3;

/// The stores of the function.
#[derive(Clone, Debug)]
pub struct Stores {
    /// Where attempts are counted.
    pub attempts: Arc<dyn AttemptStore>,
    /// What passwords are checked against.
    pub credentials: Arc<dyn CredentialStore>,
    /// Where passwords change.
    pub passwords: Arc<dyn PasswordStore>,
    /// Where users are deleted.
    pub deletions: Arc<dyn DeletionStore>,
    /// Where names change.
    pub profiles: Arc<dyn ProfileStore>,
}

/// The function that changes accounts.
#[derive(Debug)]
pub struct Account {
    http: HttpConfig,
    authenticator: Authenticator,
    digest_keys: DigestKeys,
    limits: LoginLimits,
    policy: PasswordPolicy,
    hasher: PasswordHasher,
    stores: Stores,
    clock: Clock,
}

impl Account {
    /// Builds the function over this authenticator, these keys and these stores.
    pub fn new(
        context: &Context,
        authenticator: Authenticator,
        digest_keys: DigestKeys,
        stores: Stores,
    ) -> Result<Self, ConfigError> {
        let environment = &context.environment;
        Ok(Self {
            http: context.http.clone(),
            authenticator,
            digest_keys,
            limits: LoginLimits::read(environment)?,
            policy: PasswordPolicy::read(environment)?,
            hasher: PasswordHasher::read(environment)?,
            stores,
            clock: context.clock.clone(),
        })
    }
}

impl Account {
    /// Opens a connection to the store, by reading a credential that nobody has: no address ends in `.invalid`
    /// (RFC 2606 2). What fails is logged, and the first request tries again.
    async fn connect(&self) {
        let Ok(nobody) = EmailAddress::parse("nobody@latchkey.invalid") else { return };
        if let Err(error) = self.stores.credentials.credential(&nobody).await {
            tracing::warn!("a connection to the store is not open yet: {}", with_causes(&error));
        }
    }
}

impl Function for Account {
    const NAME: &'static str = "account";

    const ENDPOINTS: &'static [Endpoint<Self>] = &[
        Route::patch("/auth/me", "updateMe")
            .with_body()
            .gives(&[Authenticator::PROBLEMS, CHANGE_PROBLEMS])
            .to(|account, call| Box::pin(account.rename(call))),
        Route::post("/auth/password/change", "changePassword")
            .with_body()
            .gives(&[Authenticator::PROBLEMS, CHANGE_PROBLEMS, OWNERSHIP_PROBLEMS, &[NO_ADDRESS]])
            .to(|account, call| Box::pin(account.change_password(call))),
        Route::post("/auth/account/delete", "deleteAccount")
            .with_body()
            .gives(&[Authenticator::PROBLEMS, CHANGE_PROBLEMS, OWNERSHIP_PROBLEMS])
            .to(|account, call| Box::pin(account.delete(call))),
    ];

    fn build(context: &Context) -> Result<Self, ConfigError> {
        let Context { environment, client, .. } = context;
        let owners = Arc::new(OwnerTables::read(environment, client)?);
        let stores = Stores {
            attempts: Arc::new(AttemptTable::read(environment, client)?),
            credentials: Arc::new(CredentialTable::read(environment, client)?),
            passwords: Arc::<OwnerTables>::clone(&owners),
            deletions: Arc::<OwnerTables>::clone(&owners),
            profiles: owners,
        };
        let users = Arc::new(UserTable::read(environment, client)?);
        let public_keys = Arc::new(PublicKeyTable::read(environment, client)?);
        let digest_keys = DigestKeys::new(Arc::new(DigestKeyTable::read(environment, client)?));
        Self::new(context, Authenticator::new(environment, users, public_keys), digest_keys, stores)
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    /// An attempt asks the store for three things at once, each on a connection of its own.
    async fn warm_up(&self) {
        let now = self.clock.now();
        let (keys, digest_keys) = (self.authenticator.keys().warm_up(now), self.digest_keys.warm_up(now));
        tokio::join!(self.policy.warm_up(), self.hasher.warm_up(), keys, digest_keys, self.connect());
    }
}
