//! Log-in: an email address and a password become a token.

use std::sync::Arc;

use lambda_http::http::Method;
use shared::attempts::{AttemptStore, LoginAttempt, LoginLimits};
use shared::clock::{Clock, Timestamp};
use shared::config::{self, ConfigError, Environment};
use shared::domain::{
    Credential, CredentialChanges, CredentialStore, EmailAddress, PasswordHash, PasswordHasher, PresentedPassword,
    Verdict,
};
use shared::error_chain::with_causes;
use shared::http::{Call, Failure, Function, HttpConfig, Members, Route, Stage, Success};
use shared::keys::{RotationPeriod, SigningKeySet, SigningKeyStore, SigningKeys};
use shared::store::{AttemptTable, Client, CredentialTable, SigningKeyTables};
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
    limits: LoginLimits,
    hasher: PasswordHasher,
    tokens: TokenIssuer,
    key_rotation: RotationPeriod,
}

impl Config {
    /// Reads the settings from the environment.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            http: config::read_http(environment)?,
            limits: config::read_login_limits(environment)?,
            hasher: config::read_password_hasher(environment)?,
            tokens: config::read_token_issuer(environment)?,
            key_rotation: config::read_key_rotation(environment)?,
        })
    }
}

/// The log-in function.
#[derive(Debug)]
pub struct Login<A, C, K> {
    config: Config,
    attempts: A,
    credentials: C,
    keys: SigningKeys<K>,
    clock: Clock,
}

/// Log-in over DynamoDB.
pub type DynamoLogin = Login<AttemptTable, CredentialTable, SigningKeyTables>;

impl DynamoLogin {
    /// Builds the function over the tables that the environment names.
    pub fn read(environment: &Environment, config: Config, client: &Client, clock: Clock) -> Result<Self, ConfigError> {
        let attempts = AttemptTable::read(environment, client)?;
        let credentials = CredentialTable::read(environment, client)?;
        let keys = SigningKeyTables::read(environment, client)?;
        Ok(Self::new(config, attempts, credentials, keys, clock))
    }
}

impl<A: AttemptStore, C: CredentialStore, K: SigningKeyStore> Login<A, C, K> {
    /// Builds the function over these stores.
    pub fn new(config: Config, attempts: A, credentials: C, keys: K, clock: Clock) -> Self {
        let keys = SigningKeys::new(keys, config.key_rotation);
        Self { config, attempts, credentials, keys, clock }
    }

    async fn log_in(&self, call: &Call) -> Result<Success, Failure> {
        let (transport, source) = (call.token_transport()?, call.source()?);
        let request = call.timed_now(Stage::Decode, || LoginRequest::parse(&call.members()?))?;
        let issuer = call.issuer()?;

        let now = self.clock.now();
        let digest_key = call.timed(Stage::Store, self.keys.digest_key(now)).await?;
        let attempt = LoginAttempt::new(self.config.limits, &digest_key, &request.email, source, now);
        call.note_email_digest(attempt.email_digest().to_owned());
        let (credential, keys) = call.timed(Stage::Store, self.admit(&attempt, &request.email, now)).await?;

        let stand_in = self.config.hasher.stand_in(attempt.email_digest())?;
        let stored = credential.as_ref().map_or(stand_in, |credential| credential.password_hash.clone());
        let verify = self.config.hasher.verify(request.password.clone(), stored);
        let verdict = call.timed(Stage::Argon2, verify).await?;
        let Some(credential) = credential.filter(|_| verdict != Verdict::Wrong) else {
            call.timed(Stage::Store, attempt.count_failure(&self.attempts)).await?;
            return Err(Failure::InvalidCredentials);
        };
        call.note_user(&credential.user_id);

        let changes = CredentialChanges {
            password_hash: self.renewed_hash(call, verdict, request.password).await,
            known_addresses: attempt.newly_known(&credential.known_addresses),
        };
        call.timed(Stage::Store, self.keep(&request.email, &credential, &changes)).await;
        let now = self.clock.now();
        let issue = || self.config.tokens.issue(&keys, issuer, &credential.user_id, now);
        let token = call.timed_now(Stage::Token, issue)?;
        Ok(Success::LoggedIn { token, transport, user_id: credential.user_id })
    }

    /// Counts the attempt, unless that refuses it, and reads what it is checked against.
    async fn admit(
        &self,
        attempt: &LoginAttempt,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<(Option<Credential>, Arc<SigningKeySet>), Failure> {
        let (admitted, credential, keys) =
            tokio::join!(attempt.admit(&self.attempts), self.credentials.credential(email), self.keys.at(now));
        admitted?;
        let (credential, keys) = (credential?, keys?);
        let known = credential.as_ref().map(|credential| credential.known_addresses.clone()).unwrap_or_default();
        attempt.admit_to_account(&known, &self.attempts).await?;
        Ok((credential, keys))
    }

    /// Opens a connection to the store, by reading a credential that nobody has: no address ends in `.invalid`
    /// (RFC 2606 2). What fails is logged, and the first request tries again.
    async fn connect(&self) {
        let Ok(nobody) = EmailAddress::parse("nobody@latchkey.invalid") else { return };
        if let Err(error) = self.credentials.credential(&nobody).await {
            tracing::warn!("a connection to the store is not open yet: {}", with_causes(&error));
        }
    }

    /// The password hashed again with the parameters of the configuration, where it has others and that works.
    async fn renewed_hash(&self, call: &Call, verdict: Verdict, password: PresentedPassword) -> Option<PasswordHash> {
        if verdict != Verdict::RightButOutdated {
            return None;
        }
        let renewed = call.timed(Stage::Argon2, self.config.hasher.hash(password)).await;
        renewed.inspect_err(|error| tracing::warn!("an outdated password hash was not renewed: {error}")).ok()
    }

    /// Keeps what this log-in found. The user has proved who they are, so what goes wrong here only postpones it to
    /// their next log-in.
    async fn keep(&self, email: &EmailAddress, credential: &Credential, changes: &CredentialChanges) {
        if changes.is_empty() {
            return;
        }
        if let Err(error) = self.credentials.change_credential(email, &credential.password_hash, changes).await {
            tracing::warn!("what a log-in found was not kept: {}", with_causes(&error));
        }
    }
}

impl<A, C, K> Function for Login<A, C, K>
where
    A: AttemptStore + 'static,
    C: CredentialStore + 'static,
    K: SigningKeyStore + 'static,
{
    type Name = ();

    fn routes(&self) -> &'static [Route<()>] {
        const ROUTES: &[Route<()>] = &[Route { path: "/auth/login", method: Method::POST, in_xano: true, name: () }];
        ROUTES
    }

    fn http(&self) -> &HttpConfig {
        &self.config.http
    }

    /// A log-in asks the store for three things at once, each on a connection of its own.
    async fn warm_up(&self) {
        let keys = self.keys.warm_up(self.clock.now());
        tokio::join!(self.config.hasher.warm_up(), keys, self.connect(), self.connect());
    }

    async fn handle(&self, _route: (), call: &Call) -> Result<Success, Failure> {
        self.log_in(call).await
    }
}
