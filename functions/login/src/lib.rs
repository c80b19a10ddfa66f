//! Log-in: an email address and a password become a token.

mod check;
mod legacy;
mod mailing;

use std::sync::Arc;

use lambda_http::http::StatusCode;
use shared::attempts::{AttemptError, AttemptStore, LoginAttempt, LoginLimits};
use shared::authentication::{ACCOUNT_DISABLED, INVALID_CREDENTIALS};
use shared::clock::{Clock, Timestamp};
use shared::domain::{
    AddSessionError, Authentication, Checked, Credential, CredentialChanges, CredentialStore, EmailAddress,
    KnownSources, NewSession, PasswordHash, PasswordHasher, PresentedPassword, SessionStore, User, UserStore, Verdict,
};
use shared::environment::ConfigError;
use shared::error_chain::with_causes;
use shared::http::problem::{TOO_MANY_ATTEMPTS, VALIDATION_FAILED};
use shared::http::{Answer, Call, Endpoint, Failure, HttpConfig, Problem, Route};
use shared::keys::SigningKeySet;
use shared::lambda::{Context, Function};
use shared::logging::Part;
use shared::mail::OutboxStore;
use shared::sign_in::{Admitted, AdmittedTo, SignIn, Wanted};
use shared::store::{AttemptTable, CredentialTable, OutboxTable, SessionTable, SigningKeyTables, UserTable};

use check::Proven;
use legacy::LegacyLogin;
use mailing::Mailing;

pub use check::PASSWORD_RESET_REQUIRED;

/// The user of before there was `required` has not proved their address. They get a mail.
pub const EMAIL_NOT_VERIFIED: Problem = Problem::new(
    StatusCode::FORBIDDEN,
    "email_not_verified",
    "Your email address is not confirmed yet. We have sent you a mail: set your password anew with its code.",
);

/// Somebody has tried too often, and there is mail.
pub const RESET_OR_WAIT: Problem = Problem::new(
    TOO_MANY_ATTEMPTS.status,
    TOO_MANY_ATTEMPTS.code,
    "There were too many attempts. Reset your password to log in now, or wait and try again.",
);

/// The metric of a log-in that succeeds.
const LOG_INS: &str = "log_ins";

/// What the body of a log-in holds.
struct LoginRequest {
    email: EmailAddress,
    password: PresentedPassword,
    refresh: bool,
}

impl LoginRequest {
    /// Reads all of the fields, so that the response can name every one that is wrong.
    fn parse(call: &Call) -> Result<Self, Failure> {
        let body = call.members()?;
        let email = body.parse("email", EmailAddress::parse);
        let password = body.parse("password", PresentedPassword::parse);
        let refresh = Wanted::refresh_in(call, &body);
        match (email, password, refresh) {
            (Ok(email), Ok(password), Ok(refresh)) => Ok(Self { email, password, refresh }),
            (email, password, refresh) => {
                let errors = [email.err(), password.err(), refresh.err()];
                Err(Failure::Fields(errors.into_iter().flatten().collect()))
            }
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
    /// The users: who is disabled, and what their tokens say.
    pub users: Arc<dyn UserStore>,
    /// Where sessions begin.
    pub sessions: Arc<dyn SessionStore>,
    /// Where mails wait to be sent, if there are any.
    pub outbox: Option<Arc<dyn OutboxStore>>,
}

/// The log-in function.
#[derive(Debug)]
pub struct Login {
    http: HttpConfig,
    limits: LoginLimits,
    hasher: PasswordHasher,
    mailing: Option<Mailing>,
    legacy: Option<LegacyLogin>,
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
            mailing: Mailing::read(&context.environment, stores.outbox.clone())?,
            legacy: LegacyLogin::read(&context.environment)?,
            stores,
            sign_in,
            clock: context.clock.clone(),
        })
    }

    async fn log_in(&self, call: &Call) -> Result<Answer, Failure> {
        let (source, wanted) = (self.sign_in.source(call)?, Wanted::of_call(call)?);
        let request = call.timed_now(Part::Decode, || LoginRequest::parse(call))?;
        let wanted = wanted.with_refresh(request.refresh);

        let now = self.clock.now();
        let digest_key = call.timed(Part::Store, self.sign_in.digest_key(now)).await?;
        let attempt = LoginAttempt::new(self.limits, &digest_key, &request.email, source, now);
        call.note_email_digest(attempt.email_digest().to_owned());
        call.note_source_digest(attempt.source_digest().clone());
        let (credential, keys) = call.timed(Part::Store, self.admit(&attempt, &request.email, wanted, now)).await?;
        let proven = self.check(call, &attempt, &request.password, credential).await?;
        if let Some(mailing) = &self.mailing
            && !mailing.admits(&proven.user)
        {
            mailing.ask_for_proof(call, &attempt, self.stores.attempts.as_ref(), &request.email, now).await;
            return Err(EMAIL_NOT_VERIFIED.into());
        }
        self.keep(call, &attempt, &request, &proven, now).await;

        let authentication = Authentication::by_password(self.clock.now());
        let session = self.sign_in.begin_session(call, wanted, &authentication)?;
        let Proven { credential, user, .. } = match &session {
            None => proven,
            Some(new) => self.add_session(call, &attempt, &request, proven, &keys, new).await?,
        };
        let to = AdmittedTo::new(session.as_ref(), credential.generation, &authentication);
        let admitted = Admitted { user_id: credential.user_id, claims: &user.claims, to };
        let answer = self.sign_in.open(call, wanted, &keys, admitted, StatusCode::OK)?;
        call.count(LOG_INS);
        Ok(answer)
    }

    /// Stores the session. If what the user logs in with has changed since it was read, it is read and checked once more:
    /// a session of an old password must not outlive its end.
    async fn add_session(
        &self,
        call: &Call,
        attempt: &LoginAttempt,
        request: &LoginRequest,
        proven: Proven,
        keys: &SigningKeySet,
        new: &NewSession,
    ) -> Result<Proven, Failure> {
        let replaced = self.sign_in.presented_session(call, keys, &proven.user.id);
        let add = async |proven: &Proven| {
            let Credential { user_id, generation, .. } = &proven.credential;
            let checked = Checked { generation: *generation, identity: None };
            let add = self.stores.sessions.add_session(user_id, checked, new, replaced.as_ref(), self.sign_in.idle());
            match call.timed(Part::Store, add).await {
                Ok(()) => Ok(true),
                Err(AddSessionError::Outdated) => Ok(false),
                Err(AddSessionError::Store(error)) => Err(Failure::from(error)),
            }
        };
        if add(&proven).await? {
            return Ok(proven);
        }
        let credential = call.timed(Part::Store, self.stores.credentials.credential(&request.email)).await?;
        let proven = self.check(call, attempt, &request.password, credential).await?;
        if add(&proven).await? { Ok(proven) } else { Err(INVALID_CREDENTIALS.into()) }
    }

    /// Counts the attempt, unless that refuses it, and reads what it is checked against.
    async fn admit(
        &self,
        attempt: &LoginAttempt,
        email: &EmailAddress,
        wanted: Wanted<'_>,
        now: Timestamp,
    ) -> Result<(Option<Credential>, Arc<SigningKeySet>), Failure> {
        let Stores { attempts, credentials, .. } = &self.stores;
        let keys = self.sign_in.keys_for(wanted, now);
        let (counts, credential, keys) =
            tokio::join!(attempt.count(attempts.as_ref()), credentials.credential(email), keys);
        let (counts, credential, keys) = (counts?, credential?, keys?);
        let known = credential.as_ref().map(|credential| credential.known_sources.clone()).unwrap_or_default();
        attempt.admit(counts, &known, attempts.as_ref()).await.map_err(|error| self.refused(error))?;
        Ok((credential, keys))
    }

    /// With mail, nobody has to wait who can reset the password: codes are counted by themselves.
    fn refused(&self, error: AttemptError) -> Failure {
        match error {
            AttemptError::Refused(refusal) if self.mailing.is_some() => {
                Failure::LimitedWithAdvice(refusal, RESET_OR_WAIT)
            }
            error => error.into(),
        }
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
    async fn keep(&self, call: &Call, attempt: &LoginAttempt, request: &LoginRequest, proven: &Proven, now: Timestamp) {
        let Proven { credential, user, verdict } = proven;
        let changes = CredentialChanges {
            password_hash: self.renewed_hash(call, *verdict, request.password.clone()).await,
            known_sources: self.known_after(call, attempt, credential, user, now).await,
        };
        if changes.is_empty() {
            return;
        }
        let change = self.stores.credentials.change_credential(&request.email, credential, &changes);
        if let Err(error) = call.timed(Part::Store, change).await {
            tracing::warn!("what a log-in found was not kept: {}", with_causes(&error));
        }
    }
}

impl Login {
    /// The account's sources after this log-in, if that changes anything. With mail, the owner is told of a new one, unless
    /// it is the first. One that they could not be told of stays new.
    async fn known_after(
        &self,
        call: &Call,
        attempt: &LoginAttempt,
        credential: &Credential,
        user: &User,
        now: Timestamp,
    ) -> Option<KnownSources> {
        let known = &credential.known_sources;
        let Some(mailing) = &self.mailing else { return attempt.known_after(known) };
        let is_first = known.iter().next().is_none();
        let is_new = !is_first && !known.contains(attempt.source_digest());
        if is_new && !mailing.tells_of_new_source(call, user, now).await {
            return None;
        }
        known.after_use_of(attempt.source_digest())
    }
}

impl Function for Login {
    const NAME: &'static str = "login";

    const ENDPOINTS: &'static [Endpoint<Self>] = &[Route::post("/auth/login", "login")
        .in_xano("xanoLogin")
        .with_body()
        .gives(&[
            SignIn::PROBLEMS,
            &[
                VALIDATION_FAILED,
                INVALID_CREDENTIALS,
                ACCOUNT_DISABLED,
                EMAIL_NOT_VERIFIED,
                PASSWORD_RESET_REQUIRED,
                TOO_MANY_ATTEMPTS,
                RESET_OR_WAIT,
            ],
        ])
        .to(|login, call| Box::pin(login.log_in(call)))];

    fn build(context: &Context) -> Result<Self, ConfigError> {
        let Context { environment, client, clock, .. } = context;
        let stores = Stores {
            attempts: Arc::new(AttemptTable::read(environment, client)?),
            credentials: Arc::new(CredentialTable::read(environment, client)?),
            users: Arc::new(UserTable::read(environment, client)?),
            sessions: Arc::new(SessionTable::read(environment, client)?),
            outbox: match OutboxTable::read_if_on(environment, client)? {
                None => None,
                Some(outbox) => Some(Arc::new(outbox)),
            },
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
