//! Sign-up: a name, an email address and a password become a user and a first token.

use lambda_http::http::Method;
use shared::clock::{Clock, Timestamp};
use shared::config::{self, ConfigError, Environment};
use shared::domain::{
    AccountStore, CreateError, EmailAddress, Name, NewPassword, PasswordContext, PasswordHasher, PasswordPolicy, User,
    UserId,
};
use shared::http::{Call, Failure, Function, HttpConfig, Members, Route, Success};
use shared::keys::{SigningKeyStore, SigningKeys};
use shared::store::{AccountTables, Client, SigningKeyTables};
use shared::tokens::TokenIssuer;

/// What the body of a sign-up holds.
struct SignupRequest {
    name: Name,
    email: EmailAddress,
    password: NewPassword,
}

impl SignupRequest {
    /// Reads all of the fields, so that the answer can name every one that is wrong.
    fn parse(body: &Members, policy: PasswordPolicy) -> Result<Self, Failure> {
        let context = PasswordContext { name: body.text("name"), email: body.text("email") };
        let name = body.parse("name", Name::parse);
        let email = body.parse("email", EmailAddress::parse);
        let password = body.parse("password", |typed| policy.parse(typed, context));
        match (name, email, password) {
            (Ok(name), Ok(email), Ok(password)) => Ok(Self { name, email, password }),
            (name, email, password) => {
                let errors = [name.err(), email.err(), password.err()];
                Err(Failure::InvalidFields(errors.into_iter().flatten().collect()))
            }
        }
    }
}

/// The settings of sign-up.
#[derive(Debug)]
pub struct Config {
    /// How the function meets its callers.
    pub http: HttpConfig,
    policy: PasswordPolicy,
    hasher: PasswordHasher,
    tokens: TokenIssuer,
}

impl Config {
    /// Reads the settings from the environment.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            http: config::read_http(environment)?,
            policy: config::read_password_policy(environment)?,
            hasher: config::read_password_hasher(environment)?,
            tokens: config::read_token_issuer(environment)?,
        })
    }
}

/// The sign-up function.
#[derive(Debug)]
pub struct Signup<A, K> {
    config: Config,
    accounts: A,
    keys: SigningKeys<K>,
    clock: Clock,
}

/// Sign-up over DynamoDB.
pub type DynamoSignup = Signup<AccountTables, SigningKeyTables>;

impl DynamoSignup {
    /// Builds the function over the tables that the environment names.
    pub fn read(environment: &Environment, config: Config, client: &Client, clock: Clock) -> Result<Self, ConfigError> {
        let accounts = AccountTables::read(environment, client)?;
        let keys = SigningKeys::new(SigningKeyTables::read(environment, client)?);
        Ok(Self { config, accounts, keys, clock })
    }
}

impl<A: AccountStore, K: SigningKeyStore> Signup<A, K> {
    async fn sign_up(&self, call: &Call) -> Result<Success, Failure> {
        let transport = call.token_transport()?;
        let request = SignupRequest::parse(&call.json()?, self.config.policy)?;
        let issuer = call.issuer()?;

        let now = self.clock.now();
        let keys = self.keys.at(now).await?;
        call.note_email_digest(keys.digest_key().digest(request.email.canonical()));
        let password_hash = self.config.hasher.hash(request.password).await?;

        let user = User {
            id: UserId::generate(now),
            name: request.name,
            email: request.email.as_typed().to_owned(),
            created_at: now,
            tokens_valid_after: None,
        };
        self.accounts.create_account(&user, &request.email, &password_hash).await.map_err(|error| match error {
            CreateError::EmailTaken => Failure::EmailTaken,
            CreateError::Store(error) => error.into(),
        })?;
        call.note_user(&user.id);
        let token = self.config.tokens.issue(&keys, issuer, &user.id, self.clock.now())?;
        Ok(Success::SignedUp(token, transport))
    }
}

impl<A: AccountStore + 'static, K: SigningKeyStore + 'static> Function for Signup<A, K> {
    type Name = ();

    fn routes(&self) -> &'static [Route<()>] {
        const ROUTES: &[Route<()>] = &[Route { path: "/auth/signup", method: Method::POST, name: () }];
        ROUTES
    }

    fn http(&self) -> &HttpConfig {
        &self.config.http
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn warm_up(&self) {
        self.config.policy.warm_up();
        self.keys.warm_up(self.clock.now()).await;
    }

    async fn handle(&self, _route: (), call: &Call) -> Result<Success, Failure> {
        self.sign_up(call).await
    }
}
