//! What users change of their own account: the password, the address, the name, and that there is one; and the way back in by
//! mail. It signs nothing.

mod change_email;
mod change_password;
mod delete;
mod forgot;
mod mailing;
mod ownership;
mod reset;
mod update_me;
mod verify_email;

use std::sync::Arc;

use shared::attempts::{AttemptStore, LoginLimits};
use shared::authentication::{Authenticator, INVALID_CREDENTIALS, REAUTHENTICATION_REQUIRED};
use shared::clock::Clock;
use shared::domain::{
    AllowedDomains, CredentialStore, EmailAddress, PasswordHasher, PasswordPolicy, ProfileFields, ProfileStore,
    UserStore,
};
use shared::environment::ConfigError;
use shared::error_chain::with_causes;
use shared::http::problem::{
    TOKEN_TRANSPORT_REQUIRED, TOO_MANY_ATTEMPTS, UNAVAILABLE, UNKNOWN_TOKEN_TRANSPORT, VALIDATION_FAILED,
};
use shared::http::{Endpoint, HttpConfig, Problem, Route};
use shared::keys::DigestKeys;
use shared::lambda::{Context, Function};
use shared::mail::{DeletionStore, MailSettings, PasswordStore, is_mail_on};
use shared::store::{AttemptTable, CredentialTable, DigestKeyTable, OwnerTables, PublicKeyTable, UserTable};

pub use change_email::{EMAIL_TAKEN, SAME_ADDRESS};
pub use change_password::{NO_ADDRESS, NO_ADDRESS_EVER};
use mailing::Mailing;
pub use mailing::{INVALID_CODE, MailStores, NO_MAIL};
pub use ownership::NO_KEYS_YET;
pub use update_me::CONFLICT;
pub use verify_email::ALREADY_VERIFIED;

/// The problems of a route that changes something, beside those of authentication.
const CHANGE_PROBLEMS: &[Problem] = &[UNKNOWN_TOKEN_TRANSPORT, TOKEN_TRANSPORT_REQUIRED, VALIDATION_FAILED];

/// The problems of a route that asks once more who it is.
const OWNERSHIP_PROBLEMS: &[Problem] =
    &[INVALID_CREDENTIALS, REAUTHENTICATION_REQUIRED, TOO_MANY_ATTEMPTS, NO_KEYS_YET];

/// The problems of a route that asks for mail or takes a code.
const MAIL_PROBLEMS: &[Problem] = &[NO_MAIL, TOO_MANY_ATTEMPTS, NO_KEYS_YET, UNAVAILABLE];

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
    /// Where names and profiles change.
    pub profiles: Arc<dyn ProfileStore>,
    /// Whom a code may concern.
    pub users: Arc<dyn UserStore>,
    /// What needs mail, if there is mail.
    pub mail: Option<MailStores>,
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
    domains: AllowedDomains,
    profile_fields: ProfileFields,
    stores: Stores,
    mailing: Option<Mailing>,
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
            domains: AllowedDomains::read(environment, MailSettings::read(environment)?.proves_addresses())?,
            profile_fields: ProfileFields::read(environment)?,
            mailing: stores.mail.clone().map(|stores| Mailing::read(environment, stores)).transpose()?,
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
            .gives(&[Authenticator::PROBLEMS, CHANGE_PROBLEMS, &[CONFLICT]])
            .to(|account, call| Box::pin(account.update_me(call))),
        Route::post("/auth/password/change", "changePassword")
            .with_body()
            .gives(&[Authenticator::PROBLEMS, CHANGE_PROBLEMS, OWNERSHIP_PROBLEMS, &[NO_ADDRESS, NO_ADDRESS_EVER]])
            .to(|account, call| Box::pin(account.change_password(call))),
        Route::post("/auth/account/delete", "deleteAccount")
            .with_body()
            .gives(&[Authenticator::PROBLEMS, CHANGE_PROBLEMS, OWNERSHIP_PROBLEMS])
            .to(|account, call| Box::pin(account.delete(call))),
        Route::post("/auth/password/forgot", "forgotPassword")
            .with_body()
            .gives(&[MAIL_PROBLEMS, &[VALIDATION_FAILED]])
            .to(|account, call| Box::pin(account.forgot(call))),
        Route::post("/auth/password/reset", "resetPassword")
            .with_body()
            .gives(&[MAIL_PROBLEMS, &[VALIDATION_FAILED, INVALID_CODE]])
            .to(|account, call| Box::pin(account.reset(call))),
        Route::post("/auth/email/verify/send", "sendVerification")
            .gives(&[
                Authenticator::PROBLEMS,
                MAIL_PROBLEMS,
                &[UNKNOWN_TOKEN_TRANSPORT, TOKEN_TRANSPORT_REQUIRED, NO_ADDRESS, ALREADY_VERIFIED],
            ])
            .to(|account, call| Box::pin(account.send_verification(call))),
        Route::post("/auth/email/verify", "verifyEmail")
            .with_body()
            .gives(&[
                Authenticator::PROBLEMS,
                CHANGE_PROBLEMS,
                MAIL_PROBLEMS,
                &[NO_ADDRESS, ALREADY_VERIFIED, INVALID_CODE],
            ])
            .to(|account, call| Box::pin(account.verify_email(call))),
        Route::post("/auth/email/change", "changeEmail")
            .with_body()
            .gives(&[Authenticator::PROBLEMS, CHANGE_PROBLEMS, OWNERSHIP_PROBLEMS, MAIL_PROBLEMS, &[SAME_ADDRESS]])
            .to(|account, call| Box::pin(account.change_email(call))),
        Route::post("/auth/email/change/confirm", "confirmEmail")
            .with_body()
            .gives(&[Authenticator::PROBLEMS, CHANGE_PROBLEMS, MAIL_PROBLEMS, &[INVALID_CODE, EMAIL_TAKEN]])
            .to(|account, call| Box::pin(account.confirm_email(call))),
    ];

    fn begin() {
        PasswordPolicy::load_word_lists();
    }

    fn build(context: &Context) -> Result<Self, ConfigError> {
        let Context { environment, client, .. } = context;
        let owners = Arc::new(OwnerTables::read(environment, client)?);
        let users = Arc::new(UserTable::read(environment, client)?);
        let stores = Stores {
            attempts: Arc::new(AttemptTable::read(environment, client)?),
            credentials: Arc::new(CredentialTable::read(environment, client)?),
            passwords: Arc::<OwnerTables>::clone(&owners),
            deletions: Arc::<OwnerTables>::clone(&owners),
            profiles: owners,
            users: Arc::<UserTable>::clone(&users),
            mail: if is_mail_on(environment) { Some(MailStores::read(context)?) } else { None },
        };
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
        tokio::join!(PasswordPolicy::wait_for_word_lists(), self.hasher.warm_up(), keys, digest_keys, self.connect());
    }
}
