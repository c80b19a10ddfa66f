//! Log-in: an email address and a password become a token.

use std::sync::Arc;

use lambda_http::http::StatusCode;
use shared::attempts::{AttemptStore, LoginAttempt, LoginLimits};
use shared::clock::{Clock, Timestamp};
use shared::domain::{
    Credential, CredentialChanges, CredentialStore, EmailAddress, PasswordHash, PasswordHasher, PresentedPassword,
    Verdict,
};
use shared::environment::ConfigError;
use shared::error_chain::with_causes;
use shared::http::problem::{TOO_MANY_ATTEMPTS, VALIDATION_FAILED};
use shared::http::{Answer, Call, Endpoint, Failure, HttpConfig, Members, Problem, Route};
use shared::keys::SigningKeySet;
use shared::lambda::{Context, Function};
use shared::logging::Part;
use shared::sign_in::{SignIn, Wanted};
use shared::store::{AttemptTable, CredentialTable, SigningKeyTables};

/// The password is wrong or nobody has this email address. Nobody learns which.
pub const INVALID_CREDENTIALS: Problem =
    Problem::unauthorized("Bearer", "invalid_credentials", "The email address or the password is wrong.");

/// The metric of a log-in that succeeds.
const LOG_INS: &str = "log_ins";

/// What the body of a log-in holds.
struct LoginRequest {
    email: EmailAddress,
    password: PresentedPassword,
}

impl LoginRequest {
    /// Reads all of the fields, so that the response can name every one that is wrong.
    fn parse(body: &Members) -> Result<Self, Failure> {
        let email = body.parse("email", EmailAddress::parse);
        let password = body.parse("password", PresentedPassword::parse);
        match (email, password) {
            (Ok(email), Ok(password)) => Ok(Self { email, password }),
            (email, password) => Err(Failure::Fields([email.err(), password.err()].into_iter().flatten().collect())),
        }
    }
}

/// The stores of log-in.
#[derive(Clone, Debug)]
pub struct Stores {
    /// Where attempts are counted.
    pub attempts: Arc<dyn AttemptStore>,
    /// What log-ins are checked against.
    pub credentials: Arc<dyn CredentialStore>,
}

/// The log-in function.
#[derive(Debug)]
pub struct Login {
    http: HttpConfig,
    limits: LoginLimits,
    hasher: PasswordHasher,
    stores: Stores,
    sign_in: SignIn,
    clock: Clock,
}

impl Login {
    /// Builds the function over these stores.
    pub fn new(context: &Context, stores: Stores, sign_in: SignIn) -> Result<Self, ConfigError> {
        Ok(Self {
            http: context.http.clone(),
            limits: LoginLimits::read(&context.environment)?,
            hasher: PasswordHasher::read(&context.environment)?,
            stores,
            sign_in,
            clock: context.clock.clone(),
        })
    }

    async fn log_in(&self, call: &Call) -> Result<Answer, Failure> {
        let (source, wanted) = (self.sign_in.source(call)?, Wanted::of_call(call)?);
        let request = call.timed_now(Part::Decode, || LoginRequest::parse(&call.members()?))?;

        let now = self.clock.now();
        let digest_key = call.timed(Part::Store, self.sign_in.digest_key(now)).await?;
        let attempt = LoginAttempt::new(self.limits, &digest_key, &request.email, source, now);
        call.note_email_digest(attempt.email_digest().to_owned());
        call.note_source_digest(attempt.source_digest().clone());
        let (credential, keys) = call.timed(Part::Store, self.admit(&attempt, &request.email, now)).await?;

        // Without an account, or without a password, the same work is done on a hash that no password opens.
        let stand_in = self.hasher.stand_in(attempt.email_digest())?;
        let own_hash = credential.as_ref().and_then(|credential| credential.password_hash.clone());
        let has_password = own_hash.is_some();
        let hash = own_hash.unwrap_or(stand_in);
        let verify = self.hasher.verify(request.password.clone(), hash.clone());
        let verdict = call.timed(Part::Argon2, verify).await?;
        let Some(credential) = credential.filter(|_| has_password && verdict != Verdict::Wrong) else {
            call.timed(Part::Store, attempt.count_failure(self.stores.attempts.as_ref())).await?;
            return Err(INVALID_CREDENTIALS.into());
        };
        call.note_user(&credential.user_id);

        let changes = CredentialChanges {
            password_hash: self.renewed_hash(call, verdict, request.password).await,
            known_sources: attempt.known_after(&credential.known_sources),
        };
        call.timed(Part::Store, self.keep(&request.email, &hash, &changes)).await;
        let answer = self.sign_in.open(call, wanted, &keys, credential.user_id, StatusCode::OK)?;
        call.count(LOG_INS);
        Ok(answer)
    }

    /// Counts the attempt, unless that refuses it, and reads what it is checked against.
    async fn admit(
        &self,
        attempt: &LoginAttempt,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<(Option<Credential>, Arc<SigningKeySet>), Failure> {
        let Stores { attempts, credentials } = &self.stores;
        let (counts, credential, keys) =
            tokio::join!(attempt.count(attempts.as_ref()), credentials.credential(email), self.sign_in.keys_at(now));
        let (counts, credential, keys) = (counts?, credential?, keys?);
        let known = credential.as_ref().map(|credential| credential.known_sources.clone()).unwrap_or_default();
        attempt.admit(counts, &known, attempts.as_ref()).await?;
        Ok((credential, keys))
    }

    /// Opens a connection to the store, by reading a credential that nobody has: no address ends in `.invalid`
    /// (RFC 2606 2). What fails is logged, and the first request tries again.
    async fn connect(&self) {
        let Ok(nobody) = EmailAddress::parse("nobody@latchkey.invalid") else { return };
        if let Err(error) = self.stores.credentials.credential(&nobody).await {
            tracing::warn!("a connection to the store is not open yet: {}", with_causes(&error));
        }
    }

    /// The password hashed again with the parameters of the configuration, if it has others and that works.
    async fn renewed_hash(&self, call: &Call, verdict: Verdict, password: PresentedPassword) -> Option<PasswordHash> {
        if verdict != Verdict::RightButOutdated {
            return None;
        }
        let renewed = call.timed(Part::Argon2, self.hasher.hash(password)).await;
        renewed.inspect_err(|error| tracing::warn!("an outdated password hash was not renewed: {error}")).ok()
    }

    /// Keeps what this log-in found. The user has proved who they are, so what goes wrong here only postpones it to
    /// their next log-in.
    async fn keep(&self, email: &EmailAddress, hash: &PasswordHash, changes: &CredentialChanges) {
        if changes.is_empty() {
            return;
        }
        if let Err(error) = self.stores.credentials.change_credential(email, hash, changes).await {
            tracing::warn!("what a log-in found was not kept: {}", with_causes(&error));
        }
    }
}

impl Function for Login {
    const NAME: &'static str = "login";

    const ENDPOINTS: &'static [Endpoint<Self>] = &[Route::post("/auth/login", "login")
        .in_xano("xanoLogin")
        .with_body()
        .gives(&[SignIn::PROBLEMS, &[VALIDATION_FAILED, INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS]])
        .to(|login, call| Box::pin(login.log_in(call)))];

    fn build(context: &Context) -> Result<Self, ConfigError> {
        let Context { environment, client, clock, .. } = context;
        let stores = Stores {
            attempts: Arc::new(AttemptTable::read(environment, client)?),
            credentials: Arc::new(CredentialTable::read(environment, client)?),
        };
        let keys = Arc::new(SigningKeyTables::read(environment, client)?);
        Self::new(context, stores, SignIn::new(environment, keys, clock.clone())?)
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    /// A log-in asks the store for three things at once, each on a connection of its own.
    async fn warm_up(&self) {
        tokio::join!(self.hasher.warm_up(), self.sign_in.warm_up(), self.connect(), self.connect());
    }
}
