//! Sign-up: a name, an email address and a password become a user and a first token.

use lambda_http::http::Method;
use shared::attempts::{AttemptStore, Limit, SignupAttempt, address_digest};
use shared::clock::{Clock, Timestamp};
use shared::config::{self, ConfigError, Environment};
use shared::domain::{
    AccountStore, AddressDigest, CreateError, EmailAddress, HashError, Name, NewPassword, PasswordContext,
    PasswordHash, PasswordHasher, PasswordPolicy, User, UserId, UserIdKind,
};
use shared::http::{Call, Failure, Function, HttpConfig, Route, Stage, Success};
use shared::keys::{RotationPeriod, SigningKeyStore, SigningKeys};
use shared::store::{AccountTables, AttemptTable, Client, SigningKeyTables};
use shared::tokens::TokenIssuer;

/// How often a new id is drawn. Of a billion integer ids, one in nine million draws is taken.
const ID_DRAWS: u32 = 5;

/// What the body of a sign-up holds.
struct SignupRequest {
    name: Option<Name>,
    email: EmailAddress,
    password: NewPassword,
}

impl SignupRequest {
    /// Reads all of the fields, so that the answer can name every one that is wrong.
    fn parse(call: &Call, policy: PasswordPolicy) -> Result<Self, Failure> {
        let body = call.members()?;
        let context = PasswordContext { name: body.text("name"), email: body.text("email") };
        let name = if call.may_omit_name() {
            body.parse_optional("name", Name::parse)
        } else {
            body.parse("name", Name::parse).map(Some)
        };
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

/// An account that is yet to be given an id.
struct NewAccount {
    name: Option<Name>,
    email: EmailAddress,
    password_hash: PasswordHash,
    address: AddressDigest,
}

/// The settings of sign-up.
#[derive(Debug)]
pub struct Config {
    /// How the function meets its callers.
    pub http: HttpConfig,
    limit: Option<Limit>,
    policy: PasswordPolicy,
    hasher: PasswordHasher,
    tokens: TokenIssuer,
    key_rotation: RotationPeriod,
    user_ids: UserIdKind,
}

impl Config {
    /// Reads the settings from the environment.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            http: config::read_http(environment)?,
            limit: config::read_signup_limit(environment)?,
            policy: config::read_password_policy(environment)?,
            hasher: config::read_password_hasher(environment)?,
            tokens: config::read_token_issuer(environment)?,
            key_rotation: config::read_key_rotation(environment)?,
            user_ids: config::read_user_id_kind(environment)?,
        })
    }
}

/// The sign-up function.
#[derive(Debug)]
pub struct Signup<A, U, K> {
    config: Config,
    attempts: A,
    accounts: U,
    keys: SigningKeys<K>,
    clock: Clock,
}

/// Sign-up over DynamoDB.
pub type DynamoSignup = Signup<AttemptTable, AccountTables, SigningKeyTables>;

impl DynamoSignup {
    /// Builds the function over the tables that the environment names.
    pub fn read(environment: &Environment, config: Config, client: &Client, clock: Clock) -> Result<Self, ConfigError> {
        let attempts = AttemptTable::read(environment, client)?;
        let accounts = AccountTables::read(environment, client)?;
        let keys = SigningKeyTables::read(environment, client)?;
        Ok(Self::new(config, attempts, accounts, keys, clock))
    }
}

impl<A: AttemptStore, U: AccountStore, K: SigningKeyStore> Signup<A, U, K> {
    /// Builds the function over these stores.
    pub fn new(config: Config, attempts: A, accounts: U, keys: K, clock: Clock) -> Self {
        let keys = SigningKeys::new(keys, config.key_rotation);
        Self { config, attempts, accounts, keys, clock }
    }

    async fn sign_up(&self, call: &Call) -> Result<Success, Failure> {
        let (transport, source) = (call.token_transport()?, call.source()?);
        let request = call.timed_now(Stage::Decode, || SignupRequest::parse(call, self.config.policy))?;
        let issuer = call.issuer()?;

        let now = self.clock.now();
        let digest_key = call.timed(Stage::Store, self.keys.digest_key(now)).await?;
        call.note_email_digest(digest_key.digest(request.email.canonical()));
        let address = address_digest(&digest_key, source);
        let attempt = SignupAttempt::new(self.config.limit, &address, now);
        let first = async { tokio::join!(attempt.admit(&self.attempts), self.keys.at(now)) };
        let (admitted, keys) = call.timed(Stage::Store, first).await;
        admitted?;
        let keys = keys?;

        let password_hash = call.timed(Stage::Argon2, self.config.hasher.hash(request.password)).await?;
        let new = NewAccount { name: request.name, email: request.email, password_hash, address };
        let user = call.timed(Stage::Store, self.create(new, now)).await?;
        call.note_user(&user.id);
        let now = self.clock.now();
        let token = call.timed_now(Stage::Token, || self.config.tokens.issue(&keys, issuer, &user.id, now))?;
        Ok(Success::SignedUp { token, transport, user_id: user.id })
    }

    /// Makes the account. An id that somebody has already is drawn again: among integers that can happen.
    async fn create(&self, new: NewAccount, now: Timestamp) -> Result<User, Failure> {
        for _ in 0..ID_DRAWS {
            let id = UserId::generate(self.config.user_ids, now).ok_or(HashError::NoRandomness)?;
            let user = User {
                id,
                name: new.name.clone(),
                email: new.email.as_typed().to_owned(),
                created_at: now,
                tokens_valid_after: None,
            };
            match self.accounts.create_account(&user, &new.email, &new.password_hash, &new.address).await {
                Ok(()) => return Ok(user),
                Err(CreateError::EmailTaken) => return Err(Failure::EmailTaken),
                Err(CreateError::Store(error)) => return Err(error.into()),
                Err(CreateError::IdTaken) => {}
            }
        }
        Err(Failure::Internal(format!("{ID_DRAWS} new user ids in a row were taken").into()))
    }
}

impl<A, U, K> Function for Signup<A, U, K>
where
    A: AttemptStore + 'static,
    U: AccountStore + 'static,
    K: SigningKeyStore + 'static,
{
    type Name = ();

    fn routes(&self) -> &'static [Route<()>] {
        const ROUTES: &[Route<()>] = &[Route { path: "/auth/signup", method: Method::POST, in_xano: true, name: () }];
        ROUTES
    }

    fn http(&self) -> &HttpConfig {
        &self.config.http
    }

    async fn warm_up(&self) {
        let Config { policy, hasher, .. } = &self.config;
        tokio::join!(policy.warm_up(), hasher.warm_up(), self.keys.warm_up(self.clock.now()));
    }

    async fn handle(&self, _route: (), call: &Call) -> Result<Success, Failure> {
        self.sign_up(call).await
    }
}
