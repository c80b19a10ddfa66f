//! Log-in: an email address and a password become a token.

use lambda_http::http::Method;
use shared::clock::{Clock, Timestamp};
use shared::config::{self, ConfigError, Environment};
use shared::domain::{Credential, CredentialStore, EmailAddress, PasswordHasher, PresentedPassword, Verdict};
use shared::http::{Call, Failure, Function, HttpConfig, Members, Route, Success};
use shared::keys::{SigningKeyStore, SigningKeys};
use shared::store::{Client, CredentialTable, SigningKeyTables};
use shared::tokens::TokenIssuer;

/// What the body of a log-in holds.
struct LoginRequest {
    email: EmailAddress,
    password: PresentedPassword,
}

impl LoginRequest {
    /// Reads all of the fields, so that the answer can name every one that is wrong.
    fn parse(body: &Members) -> Result<Self, Failure> {
        let email = body.parse("email", EmailAddress::parse);
        let password = body.parse("password", PresentedPassword::parse);
        match (email, password) {
            (Ok(email), Ok(password)) => Ok(Self { email, password }),
            (email, password) => {
                Err(Failure::InvalidFields([email.err(), password.err()].into_iter().flatten().collect()))
            }
        }
    }
}

/// The settings of log-in.
#[derive(Debug)]
pub struct Config {
    /// How the function meets its callers.
    pub http: HttpConfig,
    hasher: PasswordHasher,
    tokens: TokenIssuer,
}

impl Config {
    /// Reads the settings from the environment.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            http: config::read_http(environment)?,
            hasher: config::read_password_hasher(environment)?,
            tokens: config::read_token_issuer(environment)?,
        })
    }
}

/// The log-in function.
#[derive(Debug)]
pub struct Login<C, K> {
    config: Config,
    credentials: C,
    keys: SigningKeys<K>,
    clock: Clock,
}

/// Log-in over DynamoDB.
pub type DynamoLogin = Login<CredentialTable, SigningKeyTables>;

impl DynamoLogin {
    /// Builds the function over the tables that the environment names.
    pub fn read(environment: &Environment, config: Config, client: &Client, clock: Clock) -> Result<Self, ConfigError> {
        let credentials = CredentialTable::read(environment, client)?;
        let keys = SigningKeys::new(SigningKeyTables::read(environment, client)?);
        Ok(Self { config, credentials, keys, clock })
    }
}

impl<C: CredentialStore, K: SigningKeyStore> Login<C, K> {
    async fn log_in(&self, call: &Call) -> Result<Success, Failure> {
        let transport = call.token_transport()?;
        let request = LoginRequest::parse(&call.members()?)?;
        let issuer = call.issuer()?;

        let (credential, keys) =
            tokio::join!(self.credentials.credential(&request.email), self.keys.at(self.clock.now()));
        let (credential, keys) = (credential?, keys?);
        call.note_email_digest(keys.digest_key().digest(request.email.canonical()));

        let stored = credential.as_ref().map(|credential| credential.password_hash.clone());
        let verdict = self.config.hasher.verify(request.password.clone(), stored).await?;
        let Some(credential) = credential.filter(|_| verdict != Verdict::Wrong) else {
            return Err(Failure::InvalidCredentials);
        };
        call.note_user(&credential.user_id);
        if verdict == Verdict::RightButOutdated {
            self.renew_hash(request, &credential).await;
        }
        let token = self.config.tokens.issue(&keys, issuer, &credential.user_id, self.clock.now())?;
        Ok(Success::LoggedIn { token, transport, user_id: credential.user_id })
    }

    /// Hashes the password again with the parameters of the configuration. The user has proved who they are, so what
    /// goes wrong here only postpones it to their next log-in.
    async fn renew_hash(&self, request: LoginRequest, credential: &Credential) {
        let renewed = match self.config.hasher.hash(request.password).await {
            Ok(renewed) => renewed,
            Err(error) => return tracing::warn!("an outdated password hash was not renewed: {error}"),
        };
        let replaced = self.credentials.replace_password_hash(&request.email, &credential.password_hash, &renewed);
        if let Err(error) = replaced.await {
            tracing::warn!("an outdated password hash was not replaced: {error}");
        }
    }
}

impl<C: CredentialStore + 'static, K: SigningKeyStore + 'static> Function for Login<C, K> {
    type Name = ();

    fn routes(&self) -> &'static [Route<()>] {
        const ROUTES: &[Route<()>] = &[Route { path: "/auth/login", method: Method::POST, in_xano: true, name: () }];
        ROUTES
    }

    fn http(&self) -> &HttpConfig {
        &self.config.http
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn warm_up(&self) {
        self.keys.warm_up(self.clock.now()).await;
    }

    async fn handle(&self, _route: (), call: &Call) -> Result<Success, Failure> {
        self.log_in(call).await
    }
}
